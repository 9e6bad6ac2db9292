using Xunit;

namespace Slipway.Journeys.Kubectl;

/// <summary>The older half of the versions; a class of its own so that both halves run at once.</summary>
public sealed class OlderKubectlTests(KubectlSandbox sandbox) : KubectlJourney(sandbox), IClassFixture<KubectlSandbox>
{
    [Theory]
    [InlineData("1.27")]
    [InlineData("1.28")]
    [InlineData("1.29")]
    public Task Kubectl_finds_what_it_expects_of_a_cluster(string version) => RunAsync(version);
}

/// <summary>The newer half of the versions: WebSockets for exec since 1.30, protobuf bodies since 1.32.</summary>
public sealed class NewerKubectlTests(KubectlSandbox sandbox) : KubectlJourney(sandbox), IClassFixture<KubectlSandbox>
{
    [Theory]
    [InlineData("1.30")]
    [InlineData("1.31")]
    [InlineData("1.32")]
    [InlineData("1.33")]
    public Task Kubectl_finds_what_it_expects_of_a_cluster(string version) => RunAsync(version);
}
