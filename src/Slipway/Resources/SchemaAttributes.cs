namespace Slipway.Resources;

/// <summary>A kind defined by its record: its names beside those of its <see cref="ResourceType"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CustomResourceAttribute(params string[] shortNames) : Attribute
{
    public IReadOnlyList<string> ShortNames { get; } = shortNames;
    public string Category { get; init; } = "slipway";
}

/// <summary>A column that <c>kubectl get</c> prints; priority 1 with <c>-o wide</c> only.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class PrinterColumnAttribute(string name, string type, string jsonPath, int priority = 0) : Attribute
{
    public string Name { get; } = name;
    public string Type { get; } = type;
    public string JsonPath { get; } = jsonPath;
    public int Priority { get; } = priority;
}

/// <summary>A rule the API server evaluates (CRD validation rules, CEL).</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, AllowMultiple = true)]
public sealed class CelAttribute(string rule, string message) : Attribute
{
    public string Rule { get; } = rule;
    public string Message { get; } = message;
}

/// <summary>The property cannot change after creation.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ImmutableAttribute(string message) : Attribute
{
    public string Message { get; } = message;
}

/// <summary>Bounds of a list; every list has some, or the API server could not bound the cost of rules.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ItemsAttribute(int most, int least = 0) : Attribute
{
    public int Most { get; } = most;
    public int Least { get; } = least;

    /// <summary>Longest text of an item, or of a value of a dictionary.</summary>
    public int TextLength { get; init; }

    /// <summary>The property that tells items apart (<c>x-kubernetes-list-type: map</c>).</summary>
    public string? Key { get; init; }

    /// <summary>No item twice (<c>x-kubernetes-list-type: set</c>).</summary>
    public bool Unique { get; init; }

    /// <summary>Filled in as an empty list where absent.</summary>
    public bool EmptyByDefault { get; init; }
}

/// <summary>An object whose fields the definition does not know; the API server keeps them as they are (<c>x-kubernetes-preserve-unknown-fields</c>).</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OpaqueAttribute : Attribute;

/// <summary>May be written as null, which is kept and not defaulted.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NullableAttribute : Attribute;

/// <summary>The kind has <c>/scale</c>: <c>spec.replicas</c>, <c>status.replicas</c> and <c>status.labelSelector</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ScaleSubresourceAttribute : Attribute;
