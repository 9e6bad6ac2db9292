namespace Slipway.Resources;

/// <summary>What every cached record keeps of its object.</summary>
public interface IProjected
{
    ObjectKey Key { get; }
    string Uid { get; }
    string ResourceVersion { get; }
}
