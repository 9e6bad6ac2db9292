namespace Slipway.Resources;

/// <summary>What every cached record keeps of its object.</summary>
public interface IProjected
{
    ObjectKey Key { get; }
    string Uid { get; }
    string ResourceVersion { get; }

    /// <summary>It is the same object, not a successor of the same name.</summary>
    bool HasUidOf(IProjected other) => other.Uid == Uid;
}
