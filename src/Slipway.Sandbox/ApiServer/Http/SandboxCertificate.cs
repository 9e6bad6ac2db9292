using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Slipway.Sandbox.ApiServer.Access;

namespace Slipway.Sandbox.ApiServer.Http;

/// <summary>A certificate authority made at start, the server certificate it signed, and client certificates; all last as long as the process.</summary>
sealed class SandboxCertificate
{
    readonly X509Certificate2 authority;
    readonly DateTimeOffset now = TimeProvider.System.GetUtcNow();

    SandboxCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=slipway-sandbox-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        authority = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        using var server = Sign(new X500DistinguishedName("CN=127.0.0.1"), "1.3.6.1.5.5.7.3.1", names.Build());
        Server = X509CertificateLoader.LoadPkcs12(server.Export(X509ContentType.Pkcs12), null);
    }

    public X509Certificate2 Server { get; }

    public string AuthorityPem => authority.ExportCertificatePem();

    public static SandboxCertificate Create() => new();

    /// <summary>A client certificate as PEM: the user's name is the common name, the groups are organizations (Kubernetes, "X509 client certificates").</summary>
    public (string Certificate, string Key) ForUser(string name, IReadOnlyList<string> groups)
    {
        var subject = new X500DistinguishedNameBuilder();
        foreach (var group in groups) subject.AddOrganizationName(group);
        subject.AddCommonName(name);
        using var signed = Sign(subject.Build(), "1.3.6.1.5.5.7.3.2", null);
        return (signed.ExportCertificatePem(), signed.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    public bool HasSigned(X509Certificate2 presented)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(presented);
    }

    public static UserInfo UserOf(X509Certificate2 presented)
    {
        var parts = presented.SubjectName.EnumerateRelativeDistinguishedNames().Select(part => (Type: part.GetSingleElementType().Value, Value: part.GetSingleElementValue() ?? "")).ToList();
        return UserInfo.Authenticated(parts.Find(part => part.Type == "2.5.4.3").Value ?? "", parts.Where(part => part.Type == "2.5.4.10").Select(part => part.Value));
    }

    X509Certificate2 Sign(X500DistinguishedName subject, string usage, X509Extension? more)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (more is not null) request.CertificateExtensions.Add(more);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        using var signed = request.Create(authority, now.AddDays(-1), now.AddDays(364), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }
}
