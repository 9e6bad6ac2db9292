namespace Slipway.Runtime.Api;

/// <summary>What is sent, and the forms in which objects can be asked for (Kubernetes API concepts, "Alternate representations of resources").</summary>
static class MediaTypes
{
    public const string Json = "application/json";

    /// <summary>An object's metadata alone.</summary>
    public const string Metadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

    public const string MetadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
}
