using Slipway.Runtime.Api;

namespace Slipway.Web.Identity;

/// <summary>Who is at the browser: a name for the record, and the connection that acts as that person.</summary>
public sealed record Person(string Name, KubernetesApi Api);
