using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Kinds;

namespace Slipway.Sandbox.ApiServer.Tables;

/// <summary>Objects as the rows kubectl prints (Kubernetes API concepts, "Receiving resources as Tables").</summary>
static class TableDocument
{
    public static JsonObject Render(ServedKind kind, IEnumerable<JsonElement> objects, DateTimeOffset now, JsonObject metadata, bool withColumns, string includeObject)
    {
        IReadOnlyList<TableColumn> columns = kind.Columns.Count > 0 ? kind.Columns : [TableColumn.ObjectName, TableColumn.Age];
        var table = new JsonObject { ["kind"] = "Table", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = metadata };
        table["columnDefinitions"] = withColumns ? new JsonArray([.. columns.Select(Definition)]) : null;
        table["rows"] = new JsonArray([.. objects.Select(json => Row(columns, json, now, includeObject))]);
        return table;
    }

    /// <summary>An object's metadata alone.</summary>
    public static JsonObject Metadata(JsonElement json) =>
        new() { ["kind"] = "PartialObjectMetadata", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = JsonObject.Create(json.GetProperty("metadata"))!.DeepClone() };

    static JsonObject Definition(TableColumn column) => new()
    {
        ["name"] = column.Name,
        ["type"] = column.Type,
        ["format"] = column.Name == "Name" ? "name" : "",
        ["description"] = column.Description,
        ["priority"] = column.Priority,
    };

    static JsonObject Row(IReadOnlyList<TableColumn> columns, JsonElement json, DateTimeOffset now, string includeObject)
    {
        var row = new JsonObject { ["cells"] = new JsonArray([.. columns.Select(column => column.Cell(json, now))]) };
        if (includeObject == "Object") row["object"] = JsonObject.Create(json);
        else if (includeObject != "None") row["object"] = Metadata(json);

        return row;
    }
}
