using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Simulation;

public sealed class Trace(ITestOutputHelper output)
{
    [Fact(Explicit = true)]
    public void Show()
    {
        using var world = TicketSimulation.World();
        world.StartOperator();
        world.Submit("ot-1", TicketSimulation.Spec(Environment.GetEnvironmentVariable("CASE") ?? "restart none"));
        world.RunUntil(() => world.Ticket("ot-1").Status?.Phase is TicketPhase.Succeeded or TicketPhase.Failed or TicketPhase.InitializeFailed, TimeSpan.FromMinutes(20));
        foreach (var call in world.Calls.Where(call => call.IsWrite)) output.WriteLine($"{call.At:HH:mm:ss.fff} {call.Code} {call.Method} {call.Path} {call.Body[..Math.Min(300, call.Body.Length)]}");
        foreach (var group in world.Groups("ot-1")) output.WriteLine(System.Text.Json.JsonSerializer.Serialize(group.Status));
        output.WriteLine(System.Text.Json.JsonSerializer.Serialize(world.Ticket("ot-1").Status));
    }
}
