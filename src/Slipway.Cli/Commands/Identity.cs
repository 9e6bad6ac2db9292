using System.Text.Json.Nodes;
using Slipway.Cli.Output;
using Slipway.Resources;
using Slipway.Runtime.Api;

namespace Slipway.Cli.Commands;

/// <summary>Who we are to the API server: commands are signed with that name, and admission policies compare it.</summary>
static class Identity
{
    static readonly ResourceType Reviews = new("authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview", Namespaced: false);

    public static async Task<string> OfAsync(Connection connection, CancellationToken cancellation)
    {
        try
        {
            var asked = new JsonObject { ["apiVersion"] = Reviews.ApiVersion, ["kind"] = Reviews.Kind };
            var answer = await connection.Api.CreateAsync(Reviews, "", asked, CliJson.Default.JsonObject, cancellation);
            if (answer["status"]?["userInfo"]?["username"]?.ToString() is { Length: > 0 } name) return name;
        }
        catch (ApiException unknown) when (unknown is NotFoundException or InvalidException or ForbiddenException)
        {
            // Servers before 1.28, or ones without this review: the kubeconfig's word has to do.
        }

        return connection.User ?? Environment.UserName;
    }
}
