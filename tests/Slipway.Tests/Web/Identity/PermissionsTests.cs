using System.Net;
using System.Text;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Sandbox.Clocks;
using Slipway.Tickets;
using Slipway.Web.Identity;
using Xunit;

namespace Slipway.Tests.Web.Identity;

public sealed class PermissionsTests : IDisposable
{
    static readonly Act Publish = Act.On("publish", Kinds.OpsTickets, "shop");

    readonly VirtualTime _time = new(new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero));
    readonly Reviewer _server = new();

    public void Dispose() => _server.Dispose();

    Permissions Person() => new(new(new HttpMessageInvoker(_server), new("http://api")), _time);

    [Fact]
    public async Task An_answer_is_believed_for_less_than_thirty_seconds()
    {
        var person = Person();
        Assert.True(await person.MayAsync(Publish, CancellationToken.None));
        _server.Answer = HttpStatusCode.Created;
        _server.Allowed = false;

        Assert.True(await person.MayAsync(Publish, CancellationToken.None));
        _time.Advance(TimeSpan.FromSeconds(29));

        Assert.False(await person.MayAsync(Publish, CancellationToken.None));
        Assert.Equal(2, _server.Asked);
    }

    [Fact]
    public async Task A_server_without_reviews_decides_at_the_act_itself()
    {
        _server.Answer = HttpStatusCode.NotFound;

        Assert.Null(await Person().MissingAsync(NeededActs.ToAppend(CommandVerb.Cancel, "shop"), CancellationToken.None));
    }

    [Fact]
    public async Task The_first_missing_permission_is_named()
    {
        _server.Allowed = false;

        var missing = await Person().MissingAsync(NeededActs.ToAppend(CommandVerb.Publish, "shop"), CancellationToken.None);

        Assert.Equal("patch opstickets.slipway.dev in namespace shop", missing.ToString());
    }

    [Fact]
    public async Task Without_an_answer_nothing_new_is_allowed()
    {
        _server.Answer = null;

        Assert.False(await Person().MayAsync(Publish, CancellationToken.None));
    }

    /// <summary>An API server that knows access reviews only.</summary>
    sealed class Reviewer : HttpMessageHandler
    {
        public bool Allowed { get; set; } = true;
        public HttpStatusCode? Answer { get; set; } = HttpStatusCode.Created;
        public int Asked { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked++;
            if (Answer is not { } code) throw new HttpRequestException("connection refused");
            var body = code == HttpStatusCode.Created ? """{"status":{"allowed":ALLOWED}}""".Replace("ALLOWED", Allowed ? "true" : "false", StringComparison.Ordinal) : """{"kind":"Status","reason":"NotFound","code":404,"message":"not found"}""";
            return Task.FromResult(new HttpResponseMessage(code) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
        }
    }
}
