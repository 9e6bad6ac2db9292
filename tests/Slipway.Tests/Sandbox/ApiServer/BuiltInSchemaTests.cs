using System.Reflection;
using System.Text;
using System.Text.Json.Serialization;
using k8s.Models;
using Slipway.Tests.Worlds;
using Xunit;

namespace Slipway.Tests.Sandbox.ApiServer;

/// <summary>The sandbox knows the fields of built-in kinds from a file; the official client's models say what has to be in it.</summary>
public sealed class BuiltInSchemaTests
{
    static readonly string File = Path.Combine(Repository.Root, "src/Slipway.Sandbox/ApiServer/Schemas/builtin.schemas");

    static readonly Type[] Kinds =
    [
        typeof(V1Pod), typeof(V1Service), typeof(V1ConfigMap), typeof(V1Secret), typeof(V1ServiceAccount), typeof(V1Node), typeof(V1Namespace), typeof(Corev1Event),
        typeof(V1Deployment), typeof(V1ReplicaSet), typeof(V1StatefulSet), typeof(V1DaemonSet), typeof(V1ControllerRevision), typeof(V1PodDisruptionBudget),
        typeof(V1Lease), typeof(V1EndpointSlice), typeof(V1CustomResourceDefinition), typeof(V1Eviction), typeof(V1Binding), typeof(V1Scale), typeof(V1DeleteOptions),
        typeof(V1Job), typeof(V2HorizontalPodAutoscaler), typeof(V1ResourceQuota),
    ];

    [Fact]
    public void The_fields_of_built_in_kinds_are_those_of_the_official_client()
    {
        var (lists, wanted) = (Lists(), new StringBuilder());
        var seen = new SortedDictionary<string, Type>(StringComparer.Ordinal);
        foreach (var kind in Kinds) Collect(kind, seen);
        foreach (var (name, type) in seen)
        {
            wanted.Append(name).Append(lists.GetValueOrDefault(name)).Append('\n');
            foreach (var property in Fields(type).OrderBy(property => property.Name, StringComparer.Ordinal))
            {
                wanted.Append($"  {property.Name} {property.Type}").Append(lists.GetValueOrDefault($"{name}.{property.Name}")).Append('\n');
            }
        }

        if (Environment.GetEnvironmentVariable("UPDATE_SCHEMAS") == "1") System.IO.File.WriteAllText(File, wanted.ToString());
        Assert.Equal(wanted.ToString(), System.IO.File.ReadAllText(File));
    }

    /// <summary>How lists merge is not in the models: it is written into the file by hand, and kept.</summary>
    static Dictionary<string, string> Lists()
    {
        var (lists, type) = (new Dictionary<string, string>(), "");
        if (!System.IO.File.Exists(File)) return lists;
        foreach (var line in System.IO.File.ReadLines(File))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (!line.StartsWith(' ')) type = words[0];
            var (name, skip) = line.StartsWith(' ') ? ($"{type}.{words[0]}", words[1] is "list" or "map" ? 3 : 2) : (type, 1);
            if (words.Length > skip) lists[name] = $" {string.Join(' ', words.Skip(skip))}";
        }

        return lists;
    }

    static void Collect(Type type, SortedDictionary<string, Type> seen)
    {
        if (Inner(type) is not { } model || !seen.TryAdd(NameOf(model), model)) return;
        foreach (var property in model.GetProperties()) Collect(property.PropertyType, seen);
    }

    static IEnumerable<(string Name, string Type)> Fields(Type type) => type.GetProperties()
        .Where(property => property.GetCustomAttribute<JsonPropertyNameAttribute>() is not null)
        .Select(property => (property.GetCustomAttribute<JsonPropertyNameAttribute>()!.Name, TypeOf(property.PropertyType)));

    static string TypeOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(byte[])) return "string";
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>)) return $"map {TypeOf(type.GetGenericArguments()[1]).Replace(' ', ':')}";
        if (type.IsGenericType) return $"list {TypeOf(type.GetGenericArguments()[0]).Replace(' ', ':')}";
        if (type == typeof(int) || type == typeof(long)) return "integer";
        if (type == typeof(double)) return "number";
        if (type == typeof(bool)) return "boolean";
        if (type == typeof(DateTime)) return "time";
        if (type == typeof(ResourceQuantity)) return "quantity";
        if (type == typeof(IntOrString)) return "intOrString";
        if (type == typeof(string)) return "string";
        return Inner(type) is { } model ? NameOf(model) : "any";
    }

    static Type? Inner(Type type)
    {
        if (type.IsGenericType) return Inner(type.GetGenericArguments()[^1]);
        return type.Namespace == "k8s.Models" && !type.IsEnum && type != typeof(ResourceQuantity) && type != typeof(IntOrString) ? type : null;
    }

    static string NameOf(Type type) => type.Name.StartsWith("V1", StringComparison.Ordinal) ? type.Name[2..] : type.Name.Replace("Corev1", "").Replace("Discoveryv1", "Discovery").Replace("Storagev1", "Storage");
}
