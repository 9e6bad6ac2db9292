using System.Text;
using Slipway.Sandbox.ApiServer.Access;

namespace Slipway.Sandbox.ApiServer.Http;

/// <summary>The kubeconfig that reaches a sandbox: a context for each of its users, the first one current.</summary>
static class Kubeconfig
{
    /// <summary>Over TLS the administrator comes with a client certificate; over HTTP kubectl sends no credentials at all.</summary>
    const string Administrator = "slipway-sandbox";

    public static string Write(string url, SandboxCertificate? certificate, IReadOnlyList<SandboxUser> users)
    {
        // The official JavaScript client refuses HTTP unless it is told to verify nothing.
        var authority = certificate is null ? "\n    insecure-skip-tls-verify: true" : $"\n    certificate-authority-data: {Base64(certificate.AuthorityPem)}";
        var written = new StringBuilder($"""
            apiVersion: v1
            kind: Config
            current-context: {Administrator}
            clusters:
            - name: slipway-sandbox
              cluster:
                server: {url}{authority}
            contexts:

            """);
        foreach (var name in users.Select(user => user.Name).Prepend(Administrator))
        {
            written.Append($"- name: {name}\n  context:\n    cluster: slipway-sandbox\n    user: {name}\n    namespace: default\n");
        }

        written.Append("users:\n").Append($"- name: {Administrator}\n  user:\n{Administration(certificate)}");
        foreach (var user in users) written.Append($"- name: {user.Name}\n  user:\n    token: {user.Token}\n");
        return written.ToString();
    }

    static string Administration(SandboxCertificate? certificate)
    {
        if (certificate is null) return "    token: sandbox\n";
        var (pem, key) = certificate.ForUser("slipway-sandbox-admin", [UserInfo.Masters]);
        return $"    client-certificate-data: {Base64(pem)}\n    client-key-data: {Base64(key)}\n";
    }

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
