using Xunit;

namespace Slipway.Journeys;

public sealed class BinaryTests
{
    [Fact]
    public void The_binary_is_called_slipway() => Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "slipway.dll")));
}
