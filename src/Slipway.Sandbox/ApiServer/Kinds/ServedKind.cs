using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer.Schemas;
using Slipway.Sandbox.ApiServer.Tables;

namespace Slipway.Sandbox.ApiServer.Kinds;

/// <summary>A kind the server serves: its names, what it fills in and refuses, how it prints.</summary>
public sealed record ServedKind
{
    public required ResourceType Type { get; init; }
    public required string Singular { get; init; }
    public IReadOnlyList<string> ShortNames { get; init; } = [];
    public IReadOnlyList<string> Categories { get; init; } = [];

    public IReadOnlyList<string> Verbs { get; init; } = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    /// <summary>A question that is answered and never stored.</summary>
    public bool IsReview => Verbs is ["create"];

    /// <summary><c>/status</c> is a subresource: writes of spec and of status do not touch each other.</summary>
    public bool HasStatus { get; init; }

    public ScaleSubresource? Scale { get; init; }

    /// <summary>Its fields: of a custom resource what its definition says, of a built-in kind what <see cref="BuiltInSchemas"/> know.</summary>
    public StructuralSchema? Schema { get; init; }

    /// <summary>Defined by a CustomResourceDefinition.</summary>
    public bool IsCustom { get; init; }

    /// <summary>An update without a resourceVersion is refused.</summary>
    public bool NeedsVersion { get; init; }

    /// <summary>An update of what is not there creates it.</summary>
    public bool CreatesOnUpdate { get; init; }

    /// <summary>A deletion is answered with the object, not with a Status.</summary>
    public bool ReturnsDeleted { get; init; }

    /// <summary>Its collection can be deleted at once.</summary>
    public bool HasDeleteCollection { get; init; } = true;

    /// <summary>Has a generation that counts changes of its specification.</summary>
    public bool HasGeneration { get; init; }

    /// <summary>Its generation counts changes of its annotations as well.</summary>
    public bool GenerationCountsAnnotations { get; init; }

    /// <summary>Paths of fields of a custom resource that field selectors may name.</summary>
    public IReadOnlyCollection<string> SelectableFields { get; init; } = [];

    /// <summary>What a client that creates one is warned of.</summary>
    public Func<JsonElement, IReadOnlyList<string>> Warn { get; init; } = static _ => [];

    /// <summary>Fills in what the API fills in.</summary>
    public Action<JsonObject> Default { get; init; } = static _ => { };

    /// <summary>What is wrong with an object, given the stored one on update.</summary>
    public Func<JsonObject, JsonObject?, IEnumerable<FieldError>> Validate { get; init; } = static (_, _) => [];

    public IReadOnlyList<TableColumn> Columns { get; init; } = [];

    /// <summary>Field selectors beyond metadata.name and metadata.namespace.</summary>
    public IReadOnlyDictionary<string, Func<JsonElement, string>> FieldSelectors { get; init; } = new Dictionary<string, Func<JsonElement, string>>();
}

/// <summary>Where a kind keeps what <c>/scale</c> shows, as paths such as <c>.spec.replicas</c>.</summary>
public sealed record ScaleSubresource(string SpecReplicas, string StatusReplicas, string? LabelSelector);

/// <summary>One mistake in an object, with the reason word of the API (<c>FieldValueInvalid</c>, …).</summary>
public sealed record FieldError(string Path, string Reason, string Message)
{
    public static FieldError Required(string path, string why = "") => new(path, "FieldValueRequired", why.Length == 0 ? "Required value" : $"Required value: {why}");

    public static FieldError Invalid(string path, string value, string why) => new(path, "FieldValueInvalid", $"Invalid value: {value}: {why}");

    public static FieldError Forbidden(string path, string why) => new(path, "FieldValueForbidden", $"Forbidden: {why}");

    public static FieldError Unsupported(string path, string value, IEnumerable<string> supported) =>
        new(path, "FieldValueNotSupported", $"Unsupported value: {value}: supported values: {string.Join(", ", supported.Select(item => $"\"{item}\""))}");

    /// <summary>Null where the number is a port's.</summary>
    public static FieldError? OfPort(string path, JsonNode? port) => port.Number() is >= 1 and <= 65535 ? null : Invalid(path, port?.ToJsonString() ?? "0", "must be between 1 and 65535, inclusive");

    public static FieldError TooLong(string path, int most) => new(path, "FieldValueTooLong", $"Too long: may not be more than {most} bytes");

    public static FieldError Duplicate(string path, string value) => new(path, "FieldValueDuplicate", $"Duplicate value: {value}");
}
