using Slipway.Sandbox.Faults;
using Xunit;

namespace Slipway.Tests.Sandbox.Faults;

public sealed class FaultGrammarTests
{
    [Fact]
    public void A_rule_says_which_calls_what_goes_wrong_and_how_often()
    {
        var rule = FaultRule.Parse("verb=get,list kind=pods/status namespace=shop name=cart-* user=ops agent=slipway* delay=200ms answer=429 retry-after=2 skip=1 times=3 for=5m");

        Assert.Equal(["get", "list"], rule.Match.Verbs);
        Assert.Equal(("pods/status", "shop", "cart-*", "ops", "slipway*"), (rule.Match.Kind, rule.Match.Namespace, rule.Match.Name, rule.Match.User, rule.Match.Agent));
        Assert.Equal([new Fault.Delay(TimeSpan.FromMilliseconds(200)), new Fault.Refuse(429, "TooManyRequests") { RetryAfter = 2 }], rule.Faults);
        Assert.Equal((1, 3, TimeSpan.FromMinutes(5)), (rule.Skip, rule.Times, rule.For));
    }

    [Theory]
    [InlineData("drop=before", typeof(Fault.DropBefore))]
    [InlineData("drop=after", typeof(Fault.DropAfter))]
    [InlineData("stale", typeof(Fault.Stale))]
    [InlineData("restart", typeof(Fault.Restart))]
    [InlineData("restart=5s", typeof(Fault.Restart))]
    [InlineData("watch=freeze", typeof(Fault.Freeze))]
    [InlineData("watch=duplicate", typeof(Fault.Duplicate))]
    [InlineData("watch=reorder", typeof(Fault.Reorder))]
    [InlineData("watch=cut", typeof(Fault.Cut))]
    [InlineData("lag=1.5s", typeof(Fault.Lag))]
    public void Every_fault_has_its_word(string text, Type fault) => Assert.IsType(fault, Assert.Single(FaultRule.Parse(text).Faults));

    [Theory]
    [InlineData("", "the fault \"\" says nothing that goes wrong; name one of delay, answer, drop, watch, lag, stale, restart")]
    [InlineData("kind=pods", "the fault \"kind=pods\" says nothing that goes wrong; name one of delay, answer, drop, watch, lag, stale, restart")]
    [InlineData("verb=fetch drop=after", "the fault has verb=fetch; get, list, watch, create, update, patch, delete, deletecollection are allowed")]
    [InlineData("answer=418", "the fault has answer=418; 400, 401, 403, 404, 409, 410, 422, 429, 500, 502, 503, 504 are allowed")]
    [InlineData("delay=2", "the fault has delay=2; a time such as 200ms, 2s or 5m, up to a day, is allowed")]
    [InlineData("delay=2s times=0", "the fault has times=0; a whole number of at least 1 is allowed")]
    [InlineData("drop=never", "the fault has drop=never; before, after are allowed")]
    [InlineData("drop=after retry-after=2", "retry-after goes with answer")]
    [InlineData("watch=freeze times=2", "times does not go with watch=freeze; for does")]
    [InlineData("colour=red drop=after", "the fault has the key \"colour\"; verb, kind, namespace, name, user, agent, delay, answer, retry-after, drop, watch, lag, stale, restart, skip, times, for are allowed")]
    [InlineData("drop", "the fault has \"drop\"; every word is KEY=VALUE with a key out of verb, kind, namespace, name, user, agent, delay, answer, retry-after, drop, watch, lag, stale, restart, skip, times, for")]
    public void A_mistake_is_one_sentence_with_what_is_allowed(string text, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<FormatException>(() => FaultRule.Parse(text)).Message);
}
