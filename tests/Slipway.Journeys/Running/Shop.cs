using Xunit;

namespace Slipway.Journeys.Running;

/// <summary>A sandbox as a person starts it, with its clock running fast, and the programs that talk to it.</summary>
public sealed class Shop : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("slipway-journey-").FullName;
    readonly IReadOnlyList<string> _more;
    Background? _sandbox;

    public Shop() => _more = [];

    internal Shop(params string[] more) => _more = more;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public string Kubeconfig => In("kc");

    public static string? Kubectl { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "kubectl")).FirstOrDefault(File.Exists);

    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public string In(string name) => Path.Combine(_folder, name);

    public async ValueTask InitializeAsync()
    {
        _sandbox = new(Command.Slipway, ["sandbox", "--port", "0", "--speed", "50", "--kubeconfig-out", Kubeconfig, .. _more]);
        await _sandbox.LineAsync("Ctrl-C ends it", TimeSpan.FromSeconds(30), CancellationToken.None);
    }

    public ValueTask DisposeAsync()
    {
        _sandbox?.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    internal Task<Ended> SlipwayAsync(params string[] arguments) => Command.RunAsync(Command.Slipway, arguments, Surroundings, null, Stop);

    internal Task<Ended> KubectlAsync(params string[] arguments) => KubectlWithAsync(null, arguments);

    internal Task<Ended> KubectlWithAsync(string? input, params string[] arguments)
    {
        Assert.SkipWhen(Kubectl is null, "kubectl is not on this machine");
        return Command.RunAsync(Kubectl!, ["--cache-dir", In("cache"), .. arguments], Surroundings, input, Stop);
    }

    internal Background Follow(string program, params string[] arguments)
    {
        Assert.SkipWhen(program == "kubectl" && Kubectl is null, "kubectl is not on this machine");
        return program == "kubectl" ? new(Kubectl!, ["--cache-dir", In("cache"), .. arguments], Surroundings) : new(Command.Slipway, arguments, Surroundings);
    }

    Dictionary<string, string> Surroundings => new() { ["KUBECONFIG"] = Kubeconfig, ["HOME"] = _folder };

    static string Find(string folder) => File.Exists(Path.Combine(folder, "Slipway.slnx")) ? folder : Find(Path.GetDirectoryName(folder)!);
}
