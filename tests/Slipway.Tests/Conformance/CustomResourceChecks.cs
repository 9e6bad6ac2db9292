using Slipway.Tests.Conformance.Clusters;
using Xunit;

namespace Slipway.Tests.Conformance;

/// <summary>"Extend the Kubernetes API with CustomResourceDefinitions", "Versions in CustomResourceDefinitions".</summary>
public sealed class CustomResourceChecks : Checks
{
    const string Schema = """
        "type":"object","required":["spec"],"properties":{
          "spec":{"type":"object","required":["size"],"properties":{
            "size":{"type":"integer","minimum":1,"maximum":10},
            "colour":{"type":"string","enum":["red","blue"],"default":"blue"},
            "note":{"type":"string","maxLength":8,"pattern":"^[a-z]*$"},
            "maybe":{"type":"string","nullable":true},
            "port":{"x-kubernetes-int-or-string":true},
            "replicas":{"type":"integer","default":1},
            "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
            "labels":{"type":"object","additionalProperties":{"type":"string"}},
            "tags":{"type":"array","x-kubernetes-list-type":"set","maxItems":4,"items":{"type":"string"}},
            "rules":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],"items":{"type":"object","required":["name"],"properties":{"name":{"type":"string"},"weight":{"type":"integer","default":5}} } }
          } },
          "status":{"type":"object","properties":{"replicas":{"type":"integer"},"selector":{"type":"string"},"phase":{"type":"string"}} }
        }
        """;

    [Check]
    public async Task A_definition_becomes_Established_and_its_kind_is_served(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema);

        var definition = await cluster.Get(kind.Definition).Is(200);

        Assert.Equal(("True", "True"), (definition.Json.Condition("Established"), definition.Json.Condition("NamesAccepted")));
        Assert.Equal((kind.Name, "v1", "None"), (definition.Word("status.acceptedNames.kind"), definition.Word("status.storedVersions.0"), definition.Word("spec.conversion.strategy")));
        Assert.Equal(($"{kind.Name}List", kind.Name.ToLowerInvariant()), (definition.Word("spec.names.listKind"), definition.Word("spec.names.singular")));
        await cluster.Get(kind.Objects).Is(200);
    }

    [Check]
    public async Task The_kind_is_in_discovery(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema, version: ""","subresources":{"status":{} }""", names: ""","shortNames":["cw"],"categories":["conformance"]""");

        var found = await cluster.Until("the kind is in discovery", $"/apis/{kind.Group}/v1", answer => answer.Code == 200 && answer.At("resources").GetArrayLength() == 2);

        var resource = found.At("resources").EnumerateArray().Single(entry => entry.Find("name").Word() == kind.Plural);
        Assert.Equal((kind.Name, "cw", "conformance"), (resource.Find("kind").Word(), resource.Find("shortNames.0").Word(), resource.Find("categories.0").Word()));
        Assert.Contains(found.At("resources").EnumerateArray(), entry => entry.Find("name").Word() == $"{kind.Plural}/status");
    }

    [Check]
    public async Task A_definition_that_is_deleted_takes_its_objects_with_it(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema);
        await cluster.Post(kind.Objects, kind.Object("a", """{"size":1}""")).Is(201);

        await cluster.Delete(kind.Definition).Is(200);

        await cluster.Gone(kind.Definition);
        await cluster.Until("the kind is not served any more", kind.Objects, answer => answer.Code == 404);
    }

    [Check]
    public async Task Defaults_are_filled_in_also_inside_lists(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema);

        var made = await cluster.Post(kind.Objects, kind.Object("a", """{"size":1,"rules":[{"name":"x"}]}""")).Is(201);

        Assert.Equal(("blue", 1, 5), (made.Word("spec.colour"), made.Number("spec.replicas"), made.Number("spec.rules.0.weight")));
    }

    [Check]
    public async Task Unknown_fields_are_pruned_and_warned_of(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema);

        var made = await cluster.Post(kind.Objects, kind.Object("a", """{"size":1,"wrong":true,"rules":[{"name":"x","odd":1}]}""")).Is(201);

        Assert.False(made.Has("spec.wrong") || made.Has("spec.rules.0.odd"));
        Assert.Contains(made.Warnings, warning => warning.Contains("unknown field") && warning.Contains("spec.wrong"));
    }

    [Check]
    public async Task Strict_refuses_unknown_fields(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema);

        var answer = await cluster.Post($"{kind.Objects}?fieldValidation=Strict", kind.Object("a", """{"size":1,"wrong":true}""")).Is(400, "BadRequest");

        Assert.Contains("unknown field \"spec.wrong\"", answer.Message);
    }

    [Check]
    public async Task Unknown_fields_are_kept_where_the_schema_preserves_them(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema);

        var made = await cluster.Post($"{kind.Objects}?fieldValidation=Strict", kind.Object("a", """{"size":1,"free":{"any":{"thing":[1,"two",{"three":null}]}}}""")).Is(201);

        Assert.Equal("two", made.Word("spec.free.any.thing.1"));
    }

    [Check]
    public async Task Required_fields_are_required(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema);

        var answer = await cluster.Post(kind.Objects, kind.Object("a", "{}")).Is(422, "Invalid");
        var missing = await cluster.Post(kind.Objects, kind.Object("a", "{}").Replace("\"spec\":{}", "\"x\":1")).Is(422, "Invalid");

        Assert.Equal(("spec.size", "FieldValueRequired"), (answer.Word("details.causes.0.field"), answer.Word("details.causes.0.reason")));
        Assert.Contains("spec", missing.CauseFields);
    }

    [Check]
    public async Task A_value_of_the_wrong_type_is_422_and_names_the_field(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema);

        var answer = await cluster.Post(kind.Objects, kind.Object("a", """{"size":"big"}""")).Is(422, "Invalid");

        Assert.Equal("spec.size", answer.Word("details.causes.0.field"));
        Assert.Contains("must be of type integer: \"string\"", answer.Message);
    }

    [Check]
    public async Task Bounds_patterns_lengths_and_enumerations_hold(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema);

        foreach (var (spec, field) in new[]
        {
            ("""{"size":0}""", "spec.size"), ("""{"size":11}""", "spec.size"), ("""{"size":1,"colour":"green"}""", "spec.colour"), ("""{"size":1,"note":"toolongnote"}""", "spec.note"),
            ("""{"size":1,"note":"BIG"}""", "spec.note"), ("""{"size":1,"labels":{"a":1}}""", "spec.labels.a"), ("""{"size":1,"tags":["a","b","c","d","e"]}""", "spec.tags"),
        })
        {
            Assert.Contains(field, (await cluster.Post(kind.Objects, kind.Object("a", spec)).Is(422, "Invalid")).CauseFields);
        }
    }

    [Check]
    public async Task Null_is_kept_where_it_is_allowed_and_makes_way_for_a_default_elsewhere(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema);

        var made = await cluster.Post(kind.Objects, kind.Object("a", """{"size":1,"maybe":null,"colour":null}""")).Is(201);

        Assert.Equal(System.Text.Json.JsonValueKind.Null, made.At("spec.maybe").ValueKind);
        Assert.Equal("blue", made.Word("spec.colour"));
    }

    [Check]
    public async Task Int_or_string_takes_both_and_nothing_else(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema);

        await cluster.Post(kind.Objects, kind.Object("a", """{"size":1,"port":80}""")).Is(201);
        await cluster.Post(kind.Objects, kind.Object("b", """{"size":1,"port":"http"}""")).Is(201);
        await cluster.Post(kind.Objects, kind.Object("c", """{"size":1,"port":true}""")).Is(422, "Invalid");
        await cluster.Post(kind.Objects, kind.Object("d", """{"size":1,"port":1.5}""")).Is(422, "Invalid");
    }

    [Check]
    public async Task Sets_and_maps_have_no_duplicates(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema);

        var set = await cluster.Post(kind.Objects, kind.Object("a", """{"size":1,"tags":["x","x"]}""")).Is(422, "Invalid");
        var map = await cluster.Post(kind.Objects, kind.Object("a", """{"size":1,"rules":[{"name":"x"},{"name":"x"}]}""")).Is(422, "Invalid");

        Assert.Equal(("spec.tags[1]", "FieldValueDuplicate"), (set.Word("details.causes.0.field"), set.Word("details.causes.0.reason")));
        Assert.Equal("spec.rules[1]", map.Word("details.causes.0.field"));
    }

    [Check]
    public async Task Apply_merges_sets_and_maps_of_custom_resources(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema);
        await cluster.Apply($"{kind.Objects}/a", "one", kind.Object("a", """{"size":1,"tags":["x"],"rules":[{"name":"r1","weight":1}]}""")).Is(201);

        var applied = await cluster.Apply($"{kind.Objects}/a", "two", kind.Object("a", """{"size":1,"tags":["y"],"rules":[{"name":"r2"}]}""")).Is(200);
        var clash = await cluster.Apply($"{kind.Objects}/a", "two", kind.Object("a", """{"size":1,"rules":[{"name":"r1","weight":2}]}""")).Is(409, "Conflict");

        Assert.Equal((2, 2), (applied.At("spec.tags").GetArrayLength(), applied.At("spec.rules").GetArrayLength()));
        Assert.Equal(".spec.rules[name=\"r1\"].weight", Assert.Single(clash.CauseFields));
    }

    [Check]
    public async Task Strategic_merge_patches_are_not_for_custom_resources(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema);
        await cluster.Post(kind.Objects, kind.Object("a", """{"size":1}""")).Is(201);

        await cluster.Strategic($"{kind.Objects}/a", """{"spec":{"size":2}}""").Is(415, "UnsupportedMediaType");
        await cluster.Merge($"{kind.Objects}/a", """{"spec":{"size":2}}""").Is(200);
    }

    [Check]
    public async Task An_update_without_a_version_is_invalid(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema);
        var made = await cluster.Post(kind.Objects, kind.Object("a", """{"size":1}""")).Is(201);

        var answer = await cluster.Put($"{kind.Objects}/a", kind.Object("a", """{"size":2}""")).Is(422, "Invalid");
        await cluster.Put($"{kind.Objects}/a", kind.Object("a", """{"size":2}""").Replace("\"name\":\"a\"", $"\"name\":\"a\",\"resourceVersion\":\"{made.Version}\"")).Is(200);

        Assert.Contains("metadata.resourceVersion", answer.CauseFields);
    }

    [Check]
    public async Task With_a_status_subresource_spec_and_status_are_apart(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema, ""","subresources":{"status":{} }""");
        var made = await cluster.Post(kind.Objects, kind.Object("a", """{"size":1},"status":{"phase":"Sent"}""")).Is(201);
        var status = await cluster.Merge($"{kind.Objects}/a/status", """{"spec":{"size":9},"status":{"phase":"Written"}}""").Is(200);
        var spec = await cluster.Merge($"{kind.Objects}/a", """{"spec":{"size":2},"status":{"phase":"Overwritten"}}""").Is(200);

        Assert.Null(made.Word("status.phase"));
        Assert.Equal((1, "Written"), (status.Number("spec.size"), status.Word("status.phase")));
        Assert.Equal((2, "Written"), (spec.Number("spec.size"), spec.Word("status.phase")));
        Assert.Equal([1, 1, 2], [made.Number("metadata.generation"), status.Number("metadata.generation"), spec.Number("metadata.generation")]);
    }

    [Check]
    public async Task A_status_is_replaced_by_a_body_that_has_no_spec_and_answered_with_the_metadata_that_was_asked_for(Cluster cluster)
    {
        const string Metadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
        var kind = await Kind.Define(cluster, Schema, ""","subresources":{"status":{} }""");
        var made = await cluster.Post(kind.Objects, kind.Object("a", """{"size":1}""")).Is(201);

        var body = kind.Object("a", "{}").Replace(",\"spec\":{}", ""","status":{"phase":"Written"}""").Replace("\"name\":\"a\"", $"\"name\":\"a\",\"resourceVersion\":\"{made.Version}\"");
        var replaced = await cluster.Send("PUT", $"{kind.Objects}/a/status", body, accept: Metadata).Is(200);
        var patched = await cluster.Send("PATCH", $"{kind.Objects}/a/status", """{"status":{"phase":"Patched"}}""", "application/merge-patch+json", Metadata).Is(200);
        var stale = await cluster.Send("PUT", $"{kind.Objects}/a/status", body, accept: Metadata).Is(409, "Conflict");
        var found = await cluster.Get($"{kind.Objects}/a").Is(200);

        Assert.DoesNotContain("spec", body);
        Assert.Equal(("PartialObjectMetadata", "PartialObjectMetadata"), (replaced.Word("kind"), patched.Word("kind")));
        Assert.Equal((1, "Patched", patched.Version), (found.Number("spec.size"), found.Word("status.phase"), found.Version));
        Assert.NotEqual(found.Version, replaced.Version);
        Assert.Equal("Status", stale.Word("kind"));
    }

    [Check]
    public async Task Without_a_status_subresource_the_status_is_a_field_like_any_other(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema);
        var made = await cluster.Post(kind.Objects, kind.Object("a", """{"size":1},"status":{"phase":"Sent"}""")).Is(201);
        var changed = await cluster.Merge($"{kind.Objects}/a", """{"status":{"phase":"Changed"}}""").Is(200);

        Assert.Equal(("Sent", "Changed"), (made.Word("status.phase"), changed.Word("status.phase")));
        Assert.Equal(2, changed.Number("metadata.generation"));
        await cluster.Get($"{kind.Objects}/a/status").Is(404);
    }

    [Check]
    public async Task The_scale_subresource_stands_for_the_paths_it_names(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema, ""","subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas","labelSelectorPath":".status.selector"} }""");
        await cluster.Post(kind.Objects, kind.Object("a", """{"size":1,"replicas":3}""")).Is(201);
        await cluster.Merge($"{kind.Objects}/a/status", """{"status":{"replicas":2,"selector":"app=a"}}""").Is(200);

        var scale = await cluster.Get($"{kind.Objects}/a/scale").Is(200);
        await cluster.Merge($"{kind.Objects}/a/scale", """{"spec":{"replicas":5}}""").Is(200);

        Assert.Equal((3, 2, "app=a"), (scale.Number("spec.replicas"), scale.Number("status.replicas"), scale.Word("status.selector")));
        Assert.Equal(5, (await cluster.Get($"{kind.Objects}/a")).Number("spec.replicas"));
    }

    [Check]
    public async Task Printer_columns_make_the_table(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema, ""","additionalPrinterColumns":[{"name":"Size","type":"integer","jsonPath":".spec.size"},{"name":"Colour","type":"string","jsonPath":".spec.colour","priority":1},{"name":"Born","type":"date","jsonPath":".metadata.creationTimestamp"}]""");
        await cluster.Post(kind.Objects, kind.Object("a", """{"size":4}""")).Is(201);

        var table = await cluster.Get(kind.Objects, "application/json;as=Table;v=v1;g=meta.k8s.io").Is(200);

        Assert.Equal(["Name", "Size", "Colour", "Born"], table.At("columnDefinitions").EnumerateArray().Select(column => column.Find("name").Word()));
        Assert.Equal((4, "blue"), (table.Number("rows.0.cells.1"), table.Word("rows.0.cells.2")));
        Assert.Equal(1, table.Number("columnDefinitions.2.priority"));
    }

    [Check]
    public async Task Without_printer_columns_the_table_shows_name_and_age(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema);

        var table = await cluster.Get(kind.Objects, "application/json;as=Table;v=v1;g=meta.k8s.io").Is(200);

        Assert.Equal(["Name", "Age"], table.At("columnDefinitions").EnumerateArray().Select(column => column.Find("name").Word()));
    }

    [Check]
    public async Task Every_served_version_shows_every_object(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema, more: $$$""",{"name":"v2","served":true,"storage":false,"schema":{"openAPIV3Schema":{ {{{Schema}}} } } },{"name":"v0","served":false,"storage":false,"schema":{"openAPIV3Schema":{ {{{Schema}}} } } }""");
        await cluster.Post(kind.Objects, kind.Object("a", """{"size":1}""")).Is(201);
        var later = kind.Objects.Replace("/v1/", "/v2/");

        var old = await cluster.Until("the second version is served", $"{later}/a", answer => answer.Code == 200);
        await cluster.Post(later, kind.Object("b", """{"size":2}""").Replace("/v1\"", "/v2\"")).Is(201);

        Assert.Equal($"{kind.Group}/v2", old.Word("apiVersion"));
        Assert.Equal(["a", "b"], (await cluster.Get(kind.Objects)).Names);
        Assert.Equal($"{kind.Group}/v1", (await cluster.Get($"{kind.Objects}/b")).Word("apiVersion"));
        await cluster.Get(kind.Objects.Replace("/v1/", "/v0/")).Is(404);
    }

    [Check]
    public async Task A_watch_of_one_version_tells_of_writes_in_another(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema, more: $$$""",{"name":"v2","served":true,"storage":false,"schema":{"openAPIV3Schema":{ {{{Schema}}} } } }""");
        var later = kind.Objects.Replace("/v1/", "/v2/");
        await cluster.Until("the second version is served", later, answer => answer.Code == 200);
        using var watch = await cluster.Watch($"{later}?resourceVersion={(await cluster.Get(later)).Version}");

        await cluster.Post(kind.Objects, kind.Object("a", """{"size":1}""")).Is(201);

        var told = await watch.Next();
        Assert.Equal(("ADDED", "a", $"{kind.Group}/v2"), (told.Type, told.Name, told.Object.Find("apiVersion").Word()));
    }

    [Check]
    public async Task A_status_written_in_one_version_is_told_of_in_every_version(Cluster cluster)
    {
        const string Status = """,{"name":"v2","served":true,"storage":false,"subresources":{"status":{} },"schema":{"openAPIV3Schema":{ """;
        var kind = await Kind.Define(cluster, Schema, ""","subresources":{"status":{} }""", more: $"{Status}{Schema} }} }} }}");
        var later = kind.Objects.Replace("/v1/", "/v2/");
        await cluster.Until("the second version is served", later, answer => answer.Code == 200);
        var made = await cluster.Post(kind.Objects, kind.Object("a", """{"size":1}""")).Is(201);
        using var first = await cluster.Watch($"{kind.Objects}?resourceVersion={made.Version}");
        using var second = await cluster.Watch($"{later}?resourceVersion={made.Version}");

        var written = await cluster.Merge($"{later}/a/status", """{"status":{"phase":"Written"}}""").Is(200);

        var (told, toldLater) = (await first.Next(), await second.Next());
        Assert.Equal(($"{kind.Group}/v2", "Written"), (written.Word("apiVersion"), written.Word("status.phase")));
        Assert.Equal(($"{kind.Group}/v1", "Written"), (told.Object.Find("apiVersion").Word(), told.Object.Find("status.phase").Word()));
        Assert.Equal(($"{kind.Group}/v2", "Written"), (toldLater.Object.Find("apiVersion").Word(), toldLater.Object.Find("status.phase").Word()));
    }

    [Check]
    public async Task A_definition_needs_one_storage_version_and_a_structural_schema(Cluster cluster)
    {
        var kind = Kind.Of(cluster);

        await cluster.Post(Cluster.Definitions, kind.Manifest(Schema).Replace("\"storage\":true", "\"storage\":false")).Is(422, "Invalid");
        await cluster.Post(Cluster.Definitions, kind.Manifest("\"properties\":{ }")).Is(422, "Invalid");
        await cluster.Post(Cluster.Definitions, kind.Manifest("""  "type":"object","properties":{"a":{"properties":{"b":{"type":"string"}} } } """)).Is(422, "Invalid");
        await cluster.Post(Cluster.Definitions, kind.Manifest("""  "type":"object","properties":{"a":{"type":"array"} } """)).Is(422, "Invalid");
        await cluster.Post(Cluster.Definitions, kind.Manifest("""  "type":"object","properties":{"a":{"type":"string","uniqueItems":true} } """)).Is(422, "Invalid");
    }

    [Check]
    public async Task The_name_of_a_definition_is_plural_and_group(Cluster cluster)
    {
        var kind = Kind.Of(cluster);

        var answer = await cluster.Post(Cluster.Definitions, kind.Manifest(Schema).Replace($"\"name\":\"{kind.Plural}.", "\"name\":\"other.")).Is(422, "Invalid");

        Assert.Contains("metadata.name", answer.CauseFields);
    }

    [Check]
    public async Task Group_scope_and_kind_of_a_definition_do_not_change(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema);

        await cluster.Merge(kind.Definition, """{"spec":{"scope":"Cluster"}}""").Is(422, "Invalid");
        await cluster.Merge(kind.Definition, """{"spec":{"names":{"kind":"Other"}}}""").Is(422, "Invalid");
    }

    [Check]
    public async Task A_cluster_scoped_kind_has_no_namespaces(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema, scope: "Cluster");

        var made = await cluster.Post($"/apis/{kind.Group}/v1/{kind.Plural}", kind.Object("a", """{"size":1}""")).Is(201);

        Assert.False(made.Has("metadata.namespace"));
        await cluster.Post($"/apis/{kind.Group}/v1/namespaces/default/{kind.Plural}", kind.Object("b", """{"size":1}""")).Is(404);
    }

    [Check]
    public async Task A_schema_that_changes_is_held_from_then_on(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, Schema);
        await cluster.JsonPatch(kind.Definition, """[{"op":"replace","path":"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/size/maximum","value":20}]""").Is(200);

        await cluster.Until("a larger size is valid", () => cluster.Post(kind.Objects, kind.Object("a", """{"size":15}""")), answer => answer.Code == 201);
    }
}

/// <summary>A kind of its own for one check.</summary>
sealed record Kind(string Name, string Plural, string Group, string Objects, string Scope)
{
    public string Definition => $"{Cluster.Definitions}/{Plural}.{Group}";

    public static Kind Of(Cluster cluster, string scope = "Namespaced")
    {
        var suffix = cluster.Name("widget").Replace("-", "");
        var group = $"{suffix}.conformance.slipway.dev";
        return new($"W{suffix}", $"{suffix}s", group, $"/apis/{group}/v1/namespaces/{cluster.Namespace}/{suffix}s", scope);
    }

    /// <summary>Defines it and waits until it is served; it goes when the check is over.</summary>
    public static async Task<Kind> Define(Cluster cluster, string schema, string version = "", string names = "", string more = "", string scope = "Namespaced")
    {
        var kind = Of(cluster, scope);
        cluster.AtEnd(kind.Definition);
        await cluster.Post(Cluster.Definitions, kind.Manifest(schema, version, names, more)).Is(201);
        await cluster.Until("the definition is established", kind.Definition, answer => answer.Json.Condition("Established") == "True");
        var served = scope == "Namespaced" ? kind.Objects : $"/apis/{kind.Group}/v1/{kind.Plural}";
        await cluster.Until("the kind is served", served, answer => answer.Code == 200);
        return kind;
    }

    public string Manifest(string schema, string version = "", string names = "", string more = "") => $$$"""
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"{{{Plural}}}.{{{Group}}}"},
         "spec":{"group":"{{{Group}}}","scope":"{{{Scope}}}","names":{"kind":"{{{Name}}}","plural":"{{{Plural}}}"{{{names}}} },
          "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{ {{{schema}}} } }{{{version}}} }{{{more}}}]} }
        """;

    public string Object(string name, string spec) => $$$"""{"apiVersion":"{{{Group}}}/v1","kind":"{{{Name}}}","metadata":{"name":"{{{name}}}"},"spec":{{{spec}}} }""";
}
