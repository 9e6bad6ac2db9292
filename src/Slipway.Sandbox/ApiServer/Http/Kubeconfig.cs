using System.Text;

namespace Slipway.Sandbox.ApiServer.Http;

/// <summary>The kubeconfig that reaches a sandbox.</summary>
static class Kubeconfig
{
    public static string Write(string url, string? authorityPem)
    {
        var authority = authorityPem is null ? "" : $"\n    certificate-authority-data: {Convert.ToBase64String(Encoding.UTF8.GetBytes(authorityPem))}";
        return $"""
            apiVersion: v1
            kind: Config
            current-context: slipway-sandbox
            clusters:
            - name: slipway-sandbox
              cluster:
                server: {url}{authority}
            contexts:
            - name: slipway-sandbox
              context:
                cluster: slipway-sandbox
                user: slipway-sandbox
                namespace: default
            users:
            - name: slipway-sandbox
              user:
                token: sandbox

            """;
    }
}
