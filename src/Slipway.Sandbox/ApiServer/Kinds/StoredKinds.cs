using Slipway.Sandbox.ApiServer.Tables;

namespace Slipway.Sandbox.ApiServer.Kinds;

/// <summary>Kinds people expect to find and to write, on which nothing in the sandbox acts.</summary>
static class StoredKinds
{
    public static IReadOnlyList<ServedKind> All { get; } =
    [
        BuiltInKinds.Plain(new("", "v1", "resourcequotas", "ResourceQuota", Namespaced: true), "resourcequota", ["quota"]) with { HasStatus = true, Columns = [TableColumn.ObjectName, TableColumn.Age] },
        BuiltInKinds.Plain(new("batch", "v1", "jobs", "Job", Namespaced: true), "job", []) with { Categories = ["all"], HasStatus = true, HasGeneration = true, FieldSelectors = SelectableFields.Job, Columns = [TableColumn.ObjectName, TableColumn.Age] },
        BuiltInKinds.Plain(Slipway.Resources.Kinds.HorizontalPodAutoscalers, "horizontalpodautoscaler", ["hpa"]) with
        {
            Categories = ["all"],
            HasStatus = true,
            Columns = [TableColumn.ObjectName, BuiltInKinds.Text("Target", "spec", "scaleTargetRef", "name"), TableColumn.Age],
        },
    ];
}
