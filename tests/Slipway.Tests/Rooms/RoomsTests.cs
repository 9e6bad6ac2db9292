using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Xunit;

namespace Slipway.Tests.Rooms;

/// <summary>The arrows between rooms, read from the compiled assemblies.</summary>
public sealed class RoomsTests
{
    static readonly string[] Rooms = ["Slipway.Decisions", "Slipway.Runtime", "Slipway.Operator", "Slipway.Sandbox", "Slipway.Web", "slipway"];

    [Theory]
    [InlineData("Slipway.Decisions", "")]
    [InlineData("Slipway.Runtime", "Slipway.Decisions")]
    [InlineData("Slipway.Sandbox", "Slipway.Decisions")]
    [InlineData("Slipway.Operator", "Slipway.Decisions Slipway.Runtime")]
    [InlineData("Slipway.Web", "Slipway.Decisions Slipway.Runtime Slipway.Operator")]
    public void A_room_sees_only_the_rooms_its_arrows_lead_to(string room, string allowed)
    {
        var seen = Assemblies(room).Intersect(Rooms);

        Assert.Empty(seen.Except(allowed.Split(' ')));
    }

    [Theory]
    [InlineData("Slipway.Runtime")]
    [InlineData("Slipway.Sandbox")]
    public void Machinery_and_sandbox_know_no_word_of_the_domain(string room)
    {
        var words = Types(room).Where(type => type.Assembly == "Slipway.Decisions").Select(type => type.Namespace).Distinct();

        Assert.Equal(["Slipway.Resources"], words);
    }

    [Fact]
    public void Decisions_reach_neither_network_nor_disk_nor_clock()
    {
        string[] forbidden = ["System.Net.Http", "System.Net.Sockets", "System.IO.FileSystem", "System.Diagnostics.Process", "KubernetesClient", "System.Threading.Timer"];
        string[] forbiddenTypes = ["System.TimeProvider", "System.Random", "System.IO.File", "System.Threading.Tasks.Task", "System.Console"];

        Assert.Empty(Assemblies("Slipway.Decisions").Intersect(forbidden));
        Assert.Empty(Types("Slipway.Decisions").Select(type => $"{type.Namespace}.{type.Name}").Intersect(forbiddenTypes));
    }

    sealed record SeenType(string Assembly, string Namespace, string Name);

    static IReadOnlyList<string> Assemblies(string room) => Read(room, reader => (IReadOnlyList<string>)[.. reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name))]);

    static IReadOnlyList<SeenType> Types(string room) => Read(room, reader => (IReadOnlyList<SeenType>)
    [
        .. reader.TypeReferences.Select(reader.GetTypeReference)
            .Where(type => type.ResolutionScope.Kind == HandleKind.AssemblyReference)
            .Select(type => new SeenType(
                reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name),
                reader.GetString(type.Namespace),
                reader.GetString(type.Name))),
    ]);

    static T Read<T>(string room, Func<MetadataReader, T> read)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"{room}.dll")));
        return read(file.GetMetadataReader());
    }
}
