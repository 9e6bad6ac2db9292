namespace Slipway.Sandbox.ApiServer;

/// <summary>What a client asked to get.</summary>
static class Accepts
{
    public const string TableType = "application/json;as=Table;g=meta.k8s.io;v=v1";

    public static bool Table(ApiRequest request) => request.Accept.Split(',').Any(type => type.Contains("as=Table") && type.Contains("v=v1;") | type.TrimEnd().EndsWith("v=v1") | type.Contains("v=v1,"));
}
