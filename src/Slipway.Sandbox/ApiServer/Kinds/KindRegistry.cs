using Slipway.Resources;

namespace Slipway.Sandbox.ApiServer.Kinds;

/// <summary>The kinds served now: built in, and added by CustomResourceDefinitions. Swapped whole, so that readers need no lock.</summary>
public sealed class KindRegistry
{
    volatile IReadOnlyList<ServedKind> _kinds = BuiltInKinds.All;

    public IReadOnlyList<ServedKind> All => _kinds;

    public ServedKind? Find(string group, string version, string plural) =>
        _kinds.FirstOrDefault(kind => kind.Type.Plural == plural && kind.Type.Group == group && kind.Type.Version == version);

    public ServedKind Require(ResourceType type) => Find(type.Group, type.Version, type.Plural) ?? throw StatusException.NotFound(type, "");

    /// <summary>Serves the kinds of a definition instead of those it defined before.</summary>
    public void Replace(string group, string plural, IReadOnlyList<ServedKind> kinds) =>
        _kinds = [.. _kinds.Where(kind => kind.Type.Group != group || kind.Type.Plural != plural), .. kinds];
}
