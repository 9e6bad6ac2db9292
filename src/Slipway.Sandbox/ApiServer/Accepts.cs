namespace Slipway.Sandbox.ApiServer;

/// <summary>In which form objects are asked for.</summary>
enum ObjectForm { Object, Yaml, Table, Metadata }

/// <summary>What a client asked to get (Kubernetes API concepts, "Alternate representations of resources").</summary>
static class Accepts
{
    public const string YamlType = "application/yaml";
    public const string TableType = "application/json;as=Table;g=meta.k8s.io;v=v1";
    public const string MetadataType = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    public const string MetadataListType = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    /// <summary>The first type of the Accept header that can be served decides; 406 where none can.</summary>
    public static ObjectForm Form(ApiRequest request)
    {
        foreach (var type in request.Accept.Split(','))
        {
            var parts = type.Split(';').Select(part => part.Trim()).ToArray();
            if (parts[0] == YamlType) return ObjectForm.Yaml;
            if (parts[0] is not ("application/json" or "application/*" or "*/*" or "")) continue;
            var asked = parts.FirstOrDefault(part => part.StartsWith("as=", StringComparison.Ordinal))?[3..];
            if (asked is null) return ObjectForm.Object;
            if (!parts.Contains("g=meta.k8s.io") || !parts.Contains("v=v1")) continue;
            if (asked == "Table") return ObjectForm.Table;
            if (asked is "PartialObjectMetadata" or "PartialObjectMetadataList") return ObjectForm.Metadata;
        }

        throw new StatusException(406, "NotAcceptable", "only the following media types are accepted: application/json, application/yaml, application/json;as=Table;g=meta.k8s.io;v=v1, application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
    }

    /// <summary>What rows of a table carry of their objects.</summary>
    public static string IncludeObject(ApiRequest request) => request["includeObject"] switch
    {
        null => "Metadata",
        "None" or "Metadata" or "Object" => request["includeObject"]!,
        var other => throw StatusException.BadRequest($"unrecognized includeObject value: \"{other}\""),
    };
}
