using System.CommandLine;
using System.Security.Cryptography;
using Slipway.Operator.Traffic.LoadBalancers.Alibaba;

namespace Slipway.Cli.Commands;

/// <summary>How the controller reaches Alibaba Cloud's own API. Its access key comes from the environment or from files, never on the command line.</summary>
sealed class AlibabaFlags
{
    const string IdVariable = "ALIBABA_CLOUD_ACCESS_KEY_ID";
    const string SecretVariable = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
    const string TokenVariable = "ALIBABA_CLOUD_SECURITY_TOKEN";
    const string IdFile = "access-key-id";
    const string SecretFile = "access-key-secret";
    const string TokenFile = "security-token";

    readonly Option<string?> _region = new("--alibaba-region") { Description = $"Have weights on Alibaba Cloud confirmed by its API in this region; the access key is in {IdVariable}, {SecretVariable} and, where it is temporary, {TokenVariable}" };
    readonly Option<string?> _credentials = new("--alibaba-credentials") { Description = $"Directory with the access key in place of the environment: files {IdFile}, {SecretFile} and, where it is temporary, {TokenFile}; read again for every call" };
    readonly Option<string?> _endpoint = new("--alibaba-endpoint") { Description = "Address of the API in place of the cloud's public ones, for a private cloud or a test" };
    readonly Option<string> _signature = new("--alibaba-signature") { Description = "acs3, or v1 for a private cloud that knows no other", DefaultValueFactory = _ => "acs3" };

    public IEnumerable<Option> All => [_region, _credentials, _endpoint, _signature];

    /// <summary>Null without a region.</summary>
    public AlibabaAccess? Read(ParseResult parsed, Surroundings surroundings)
    {
        var (region, credentials, endpoint) = (parsed.GetValue(_region), parsed.GetValue(_credentials), parsed.GetValue(_endpoint));
        if (region is null) return (credentials ?? endpoint) is null ? null : throw CommandException.Usage($"{(credentials is null ? _endpoint : _credentials).Name} is given without {_region.Name}");
        if (region.Length == 0 || region.Any(character => !char.IsAsciiLetterLower(character) && !char.IsAsciiDigit(character) && character != '-')) throw CommandException.Usage($"{_region.Name} is \"{region}\"; a region's ID is needed, such as cn-hangzhou");
        var access = new AlibabaAccess
        {
            Region = region,
            Key = credentials is null ? KeyOf(surroundings) : () => FromFiles(credentials),
            Nonce = () => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            Http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false }),
            Endpoint = endpoint is null ? null : Address(endpoint),
            Signing = parsed.GetValue(_signature) switch
            {
                "acs3" => AlibabaSigning.Acs3,
                "v1" => AlibabaSigning.RpcV1,
                var other => throw CommandException.Usage($"{_signature.Name} is \"{other}\"; acs3 and v1 are allowed"),
            },
        };
        if (credentials is not null) Try(access);
        return access;
    }

    static Func<AlibabaKey> KeyOf(Surroundings surroundings)
    {
        if (surroundings.Variable(IdVariable) is not { Length: > 0 } id || surroundings.Variable(SecretVariable) is not { Length: > 0 } secret)
        {
            throw CommandException.Usage($"--alibaba-region needs an access key: set {IdVariable} and {SecretVariable}, or name a directory with --alibaba-credentials");
        }

        var key = new AlibabaKey(id, secret, surroundings.Variable(TokenVariable) is { Length: > 0 } token ? token : null);
        return () => key;
    }

    /// <summary>A mounted Secret is renewed in place, so its files are read each time.</summary>
    static AlibabaKey FromFiles(string directory)
    {
        var token = Path.Combine(directory, TokenFile);
        return new(Word(directory, IdFile), Word(directory, SecretFile), File.Exists(token) ? Word(directory, TokenFile) : null);
    }

    static string Word(string directory, string name) =>
        File.ReadAllText(Path.Combine(directory, name)).Trim() is { Length: > 0 } word && !word.Any(char.IsControl) ? word : throw new InvalidDataException($"{Path.Combine(directory, name)} does not hold one line of text");

    static void Try(AlibabaAccess access)
    {
        try
        {
            access.Key();
        }
        catch (Exception unreadable) when (unreadable is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Error, $"--alibaba-credentials cannot be read: {unreadable.Message.TrimEnd('.')}");
        }
    }

    /// <summary>A temporary key's token travels with each request, so only this machine is spoken to in the clear.</summary>
    static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.AbsolutePath == "/" && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            ? address
            : throw CommandException.Usage($"--alibaba-endpoint is \"{text}\"; https://HOST[:PORT] is needed, http:// only for this machine");
}
