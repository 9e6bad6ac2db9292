using System.Text.Json.Nodes;
using Slipway.Resources;

namespace Slipway.Sandbox.ApiServer.Access;

/// <summary>A write that asks to be admitted.</summary>
/// <param name="Type">Its kind.</param>
/// <param name="Object">What would be stored; admission may change it, of the status subresource only metadata and status.</param>
/// <param name="Old">What is stored; null on create.</param>
/// <param name="Subresource">Such as <c>status</c>; null for the object itself.</param>
public sealed record AdmissionRequest(ResourceType Type, JsonObject Object, JsonObject? Old, string? Subresource)
{
    public string Namespace => Object.At("metadata", "namespace").Text() ?? "";

    public string Name => Object.At("metadata", "name").Text() ?? "";
}

/// <summary>Lets a write of a user pass, changes it, or refuses it with a <see cref="StatusException"/>.</summary>
public delegate void Admission(AdmissionRequest request, UserInfo user);
