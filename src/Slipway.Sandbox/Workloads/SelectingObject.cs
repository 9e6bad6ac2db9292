using System.Text.Json;
using Slipway.Resources;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.Workloads;

/// <summary>A workload, Service or disruption budget: an object that selects others by label.</summary>
sealed class SelectingObject(StoredObject stored, LabelSelector? selector) : IOwned
{
    public StoredObject Stored { get; } = stored;

    /// <summary>Null selects nothing.</summary>
    public LabelSelector? Selector { get; } = selector;

    public ControllerRef? Controller { get; } = ControllerRef.Of(stored.Json);
    public ObjectKey Key => Stored.Key;
    public string Uid => Stored.Uid;
    public JsonElement Json => Stored.Json;
    public bool IsDeleting => Json.IsDeleting;
    public int Replicas => Json.Number("spec", "replicas") ?? 1;

    public bool Selects(string ns, IReadOnlyDictionary<string, string> labels) => Key.Namespace == ns && Selector?.Matches(labels) == true;

    /// <summary>A workload or budget, with a <c>spec.selector</c> of expressions.</summary>
    public static SelectingObject ByExpressions(StoredObject stored) => new(stored, Expressions(stored.Json.At("spec", "selector")));

    /// <summary>A Service, whose <c>spec.selector</c> is a plain set of labels; without one it selects nothing.</summary>
    public static SelectingObject ByLabels(StoredObject stored)
    {
        var labels = stored.Json.Words("spec", "selector");
        return new(stored, labels.Count == 0 ? null : new LabelSelector { MatchLabels = labels });
    }

    static LabelSelector? Expressions(JsonElement selector) => !selector.IsThere ? null : new()
    {
        MatchLabels = selector.Words("matchLabels"),
        MatchExpressions = [.. selector.Items("matchExpressions").Select(Requirement)],
    };

    static LabelRequirement Requirement(JsonElement expression) => new()
    {
        Key = expression.Text("key") ?? "",
        Operator = expression.Text("operator") ?? "",
        Values = [.. expression.Items("values").Select(value => value.ToString())],
    };
}

/// <summary>An object of which only identity and JSON matter.</summary>
sealed record PlainObject(StoredObject Stored) : IMirrored
{
    public ObjectKey Key => Stored.Key;
    public JsonElement Json => Stored.Json;
}
