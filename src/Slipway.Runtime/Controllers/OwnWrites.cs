namespace Slipway.Runtime.Controllers;

/// <summary>Remembers the resource version of our last write to each object, so that nothing is decided on an older view of it.</summary>
public sealed class OwnWrites
{
    public void Wrote(string uid, string resourceVersion) => throw new NotImplementedException();

    /// <summary>Whether a record with this resource version is at least as new as our last write; true for objects we did not write.</summary>
    /// <remarks>Resource versions compare as integers (KEP-5504); one that is no integer compares by equality.</remarks>
    public bool Seen(string uid, string resourceVersion) => throw new NotImplementedException();

    public void Forget(string uid) => throw new NotImplementedException();
}
