using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer;

namespace Slipway.Sandbox.Workloads.Events;

/// <summary>Names Events and writes them. Best effort, as in client-go.</summary>
sealed class EventSink(Objects objects, Turns turns)
{
    const int longestName = 253;

    /// <summary>What client-go's patch of an Event that happens again consists of.</summary>
    static readonly string[] changing = ["count", "lastTimestamp", "message", "series"];

    long lastNamed;

    public DateTimeOffset Now => turns.Now;

    /// <summary>The name of the subject and the time in nanoseconds, raised where that is taken: a step is one moment.</summary>
    public string NewName(EventSubject about)
    {
        lastNamed = Math.Max(lastNamed + 1, (Now - DateTimeOffset.UnixEpoch).Ticks * 100);
        var name = string.Create(CultureInfo.InvariantCulture, $"{about.Object.Key.Name}.{lastNamed:x}");
        return name.Length <= longestName ? name : string.Create(CultureInfo.InvariantCulture, $"{about.Object.Uid}.{lastNamed:x}");
    }

    /// <summary>Creates the Event or, if it is there, brings it up to date.</summary>
    public void Write(EventSubject about, string name, JsonObject body)
    {
        body["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = about.Object.Key.Namespace };
        try
        {
            if (objects.Get(Kinds.Events, about.Object.Key with { Name = name }) is not { } stored)
            {
                objects.Create(Kinds.Events, body);
                return;
            }
            var copy = stored.Copy();
            copy.Child("metadata").Remove("resourceVersion");
            foreach (var field in changing)
            {
                if (body[field] is { } value) copy[field] = value.DeepClone();
            }
            objects.Update(Kinds.Events, copy);
        }
        catch (StatusException)
        {
            // A namespace on its way out takes no Events, and what its objects go through has to go on.
        }
    }
}
