namespace Slipway.Tests.Worlds;

/// <summary>Where this checkout is.</summary>
static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    static string Find(string folder) => File.Exists(Path.Combine(folder, "Slipway.slnx")) ? folder : Find(Path.GetDirectoryName(folder)!);
}
