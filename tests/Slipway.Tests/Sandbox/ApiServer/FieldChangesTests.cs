using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer;
using Slipway.Sandbox.ApiServer.Fields;
using Slipway.Tests.Worlds;
using Xunit;

namespace Slipway.Tests.Sandbox.ApiServer;

/// <summary>Walking two versions side by side finds what comparing all their fields finds.</summary>
public sealed class FieldChangesTests
{
    const string Pod = """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"cart-1","namespace":"shop","uid":"1","labels":{"app":"cart","tier":"web"},"annotations":{"note":"a"},"finalizers":["a","b"],
         "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"cart","uid":"u1","controller":true}]},
         "spec":{"nodeName":"n","tolerations":[{"key":"a","operator":"Exists"}],"nodeSelector":{"disk":"ssd"},
          "containers":[{"name":"app","image":"cart:1","ports":[{"containerPort":80,"protocol":"TCP"},{"containerPort":81,"protocol":"TCP"}],"env":[{"name":"A","value":"1"},{"name":"B","value":"2"}],"resources":{"limits":{"cpu":"1"}},"args":["x","y"]},{"name":"side","image":"side:1"}],
          "topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"DoNotSchedule"}]},
         "status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"},{"type":"Initialized","status":"True"}],"podIPs":[{"ip":"10.0.0.1"}],"containerStatuses":[{"name":"app","restartCount":1}]}}
        """;

    const string Definition = """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"things.test.example","uid":"2","labels":{"a":"b"}},
         "spec":{"group":"test.example","scope":"Namespaced","names":{"plural":"things","kind":"Thing","shortNames":["th"]},
          "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object"}}}}},{"name":"v2","served":true,"storage":false}]},
         "status":{"conditions":[{"type":"Established","status":"True"}],"storedVersions":["v1"]}}
        """;

    const string Ticket = """
        {"apiVersion":"slipway.dev/v1alpha1","kind":"OpsTicket","metadata":{"name":"x","namespace":"shop","uid":"3","annotations":{"a":"b"}},
         "spec":{"title":"t","operation":"Restart","targets":[{"service":"cart","pods":["a","b"]},{"service":"pay"}],"groups":{"by":"Unit"},"anything":{"of":{"nobody":["knows"]}}},
         "status":{"phase":"Executing","progress":"0/2","conditions":[{"type":"Ready","status":"False"}],"counts":{"total":2}}}
        """;

    [Theory]
    [InlineData("pods", Pod)]
    [InlineData("customresourcedefinitions", Definition)]
    [InlineData("opstickets", Ticket)]
    public void Two_versions_side_by_side_differ_in_the_fields_in_which_all_their_fields_differ(string plural, string text)
    {
        using var world = new SimulatedWorld();
        var kind = world.Cluster.Objects.Kinds.All.First(kind => kind.Type.Plural == plural);
        var chance = new Random(7);
        var found = 0;
        for (var n = 0; n < 3_000; n++)
        {
            var before = JsonNode.Parse(text)!.AsObject();
            if (n % 2 == 0) Change(before, chance);
            var after = before.DeepClone().AsObject();
            for (var times = chance.Next(4); times >= 0; times--) Change(after, chance);
            foreach (var subresource in (string?[])[null, "status"])
            {
                var all = FieldChanges.Between(ManagedFields.Fields(kind, before, subresource), ManagedFields.Fields(kind, after, subresource));

                var changes = FieldChanges.Between(kind, before.ToElement(), after, subresource);

                Assert.True(changes.Written.SetEquals(all.Written) && changes.Removed.SetEquals(all.Removed), $"{before.ToJsonString()}\n{after.ToJsonString()}\nwritten {string.Join(", ", changes.Written)} of {string.Join(", ", all.Written)}; removed {string.Join(", ", changes.Removed)} of {string.Join(", ", all.Removed)}");
                found += all.Written.Count + all.Removed.Count;
            }
        }

        Assert.True(found > 3_000);
    }

    /// <summary>One change somewhere: a value, a property or an item comes, goes, or becomes another; lists keep distinct keys, as valid objects do.</summary>
    static void Change(JsonObject body, Random chance)
    {
        JsonNode at = body;
        while (chance.Next(5) > 0 && Below(at, chance) is { } below) at = below;
        switch (at)
        {
            case JsonObject found when found.Count > 0 && chance.Next(2) == 0:
                found.Remove(found.GetAt(chance.Next(found.Count)).Key);
                break;
            case JsonObject found:
                var name = found.Count > 0 && chance.Next(2) == 0 ? found.GetAt(chance.Next(found.Count)).Key : $"new{chance.Next(3)}";
                if (name != "metadata") found[name] = Value(chance);
                break;
            case JsonArray { Count: > 1 } list when chance.Next(2) == 0:
                var moved = list[0];
                list.RemoveAt(0);
                if (chance.Next(2) == 0) list.Add(moved);
                break;
            case JsonArray { Count: > 0 } list when list[0] is JsonValue:
                list.Add($"other{list.Count}");
                break;
            case JsonArray list when list.Count > 0:
                list.RemoveAt(list.Count - 1);
                break;
        }
    }

    static JsonNode? Below(JsonNode node, Random chance)
    {
        var children = node switch
        {
            JsonObject found => found.Select(property => property.Value),
            JsonArray list => list,
            _ => (IEnumerable<JsonNode?>)[],
        };
        var inner = children.Where(child => child is JsonObject or JsonArray).ToList();
        return inner.Count == 0 ? null : inner[chance.Next(inner.Count)];
    }

    static JsonNode? Value(Random chance) => chance.Next(6) switch
    {
        0 => null,
        1 => JsonValue.Create(chance.Next(3)),
        2 => new JsonObject(),
        3 => new JsonObject { ["a"] = new JsonObject { ["b"] = chance.Next(2) } },
        4 => new JsonArray("v"),
        _ => JsonValue.Create($"text{chance.Next(3)}"),
    };
}
