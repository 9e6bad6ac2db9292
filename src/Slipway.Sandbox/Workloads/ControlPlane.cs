using Slipway.Sandbox.ApiServer;

namespace Slipway.Sandbox.Workloads;

public sealed class ControlPlane(Objects objects, SandboxOptions options, TimeProvider time) : IDisposable
{
    public void Start() { _ = (objects, options, time); }

    public void Dispose() { }
}
