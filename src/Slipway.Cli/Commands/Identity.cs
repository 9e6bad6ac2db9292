using Slipway.Runtime.Api;

namespace Slipway.Cli.Commands;

/// <summary>Who we are to the API server: commands are signed with that name, and admission policies compare it.</summary>
static class Identity
{
    /// <summary>Servers before 1.28 cannot say it: the kubeconfig's word has to do.</summary>
    public static async Task<string> OfAsync(Connection connection, CancellationToken cancellation) =>
        await AccessReviews.WhoAmIAsync(connection.Api, cancellation) ?? connection.User ?? Environment.UserName;
}
