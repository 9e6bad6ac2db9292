using Slipway.Resources;
using Slipway.Runtime.Schemas;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Runtime.Schemas;

public sealed class DeployedDefinitionsTests
{
    /// <summary>With UPDATE_DEPLOY=1 the files are written instead of compared.</summary>
    [Theory]
    [InlineData("opstickets")]
    [InlineData("opsticketgroups")]
    public void What_is_deployed_is_what_the_records_say(string plural)
    {
        var path = Path.Combine(Repository.Root, "deploy", "crds", $"{plural}.slipway.dev.yaml");
        var written = plural == "opstickets"
            ? CustomResourceDefinitions.WriteYaml(Kinds.OpsTickets, TicketJson.Default.OpsTicket)
            : CustomResourceDefinitions.WriteYaml(Kinds.OpsTicketGroups, TicketJson.Default.OpsTicketGroup);

        if (Environment.GetEnvironmentVariable("UPDATE_DEPLOY") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, written);
        }

        Assert.Equal(File.ReadAllText(path), written);
    }
}
