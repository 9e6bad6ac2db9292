using System.Text.Json;
using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.Operator.Cluster;

/// <summary>What projections share: walking an object property by property and keeping few strings.</summary>
static class ObjectReader
{
    /// <summary>Moves to the next property name of the object the reader is in; false at the object's end.</summary>
    public static bool NextProperty(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Moves into the value of the current property; false when it is null or no object.</summary>
    public static bool EnterObject(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject) return true;
        reader.Skip();
        return false;
    }

    /// <summary>Moves into the value of the current property; false when it is null or no array.</summary>
    public static bool EnterArray(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartArray) return true;
        reader.Skip();
        return false;
    }

    /// <summary>Moves to the next object of the array the reader is in; false at the array's end.</summary>
    public static bool NextObject(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject) return true;
            reader.Skip();
        }

        return false;
    }

    public static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String) return reader.GetString();
        reader.Skip();
        return null;
    }

    /// <summary>A string that many objects have in common.</summary>
    public static string? Text(ref Utf8JsonReader reader, Pools pools)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String) return pools.Text(ref reader);
        reader.Skip();
        return null;
    }

    public static long Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value)) return value;
        reader.Skip();
        return 0;
    }

    public static bool True(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return reader.TokenType == JsonTokenType.True;
        reader.Skip();
        return false;
    }

    public static DateTimeOffset? Time(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time)) return time;
        reader.Skip();
        return null;
    }

    /// <summary>Skips the value of the current property.</summary>
    public static void Pass(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    public static LabelSet Labels(ref Utf8JsonReader reader, Pools pools)
    {
        if (!EnterObject(ref reader)) return LabelSet.Empty;
        var labels = new List<KeyValuePair<string, string>>();
        while (NextProperty(ref reader))
        {
            var key = pools.Text(ref reader);
            if (Text(ref reader, pools) is { } value) labels.Add(new(key, value));
        }

        return labels.Count == 0 ? LabelSet.Empty : pools.Labels(new(labels));
    }

    /// <summary>One annotation of those the current property has.</summary>
    public static string? Annotation(ref Utf8JsonReader reader, string name)
    {
        string? found = null;
        if (!EnterObject(ref reader)) return null;
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals(name)) found = Text(ref reader);
            else Pass(ref reader);
        }

        return found;
    }

    /// <summary>The owner with <c>controller: true</c>.</summary>
    public static Owner? Controller(ref Utf8JsonReader reader, Pools pools)
    {
        Owner? controller = null;
        if (!EnterArray(ref reader)) return null;
        while (NextObject(ref reader))
        {
            string? kind = null, name = null, uid = null;
            var controls = false;
            while (NextProperty(ref reader))
            {
                if (reader.ValueTextEquals("kind"u8)) kind = Text(ref reader, pools);
                else if (reader.ValueTextEquals("name"u8)) name = Text(ref reader, pools);
                else if (reader.ValueTextEquals("uid"u8)) uid = Text(ref reader, pools);
                else if (reader.ValueTextEquals("controller"u8)) controls = True(ref reader);
                else Pass(ref reader);
            }

            if (controls && kind is not null && name is not null && uid is not null) controller = pools.Owner(new(kind, name, uid));
        }

        return controller;
    }
}
