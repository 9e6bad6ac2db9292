using System.Reflection;
using Slipway.Tickets;
using Slipway.Web.Language;
using Slipway.Web.Looks;
using Xunit;

namespace Slipway.Tests.Web.Looks;

public sealed class WordsTests
{
    public static TheoryData<string> Languages => ["en", "zh"];

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_state_verb_and_operation_has_a_word_of_its_own(string language)
    {
        var words = Words(language);

        Assert.All<IReadOnlyList<string>>(
            [
                [.. Enum.GetValues<TicketPhase>().Select(words.Phase)],
                [.. Enum.GetValues<PodState>().Select(words.Pod)],
                [.. Enum.GetValues<GroupState>().Select(words.Group)],
                [.. Enum.GetValues<Operation>().Select(words.Operation)],
                [.. Enum.GetValues<Operation>().Select(words.About)],
                [.. Enum.GetValues<CommandVerb>().Select(words.Verb)],
                [.. Enum.GetValues<CommandVerb>().Select(words.Consequence)],
                [.. Enum.GetValues<GroupBy>().Select(words.GroupByWay)],
                [.. Enum.GetValues<ConfirmPolicy>().Select(words.ConfirmWay)],
            ],
            list =>
            {
                Assert.DoesNotContain("", list);
                Assert.Equal(list.Count, list.Distinct().Count());
            });
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void No_label_is_empty(string language)
    {
        var words = Words(language);

        var labels = typeof(Words).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.PropertyType == typeof(string));

        Assert.All(labels, label => Assert.False(string.IsNullOrWhiteSpace((string?)label.GetValue(words)), label.Name));
    }

    [Fact]
    public void Every_sign_of_a_state_has_an_icon() =>
        Assert.All(
            [.. Enum.GetValues<TicketPhase>().Select(Look.Of), .. Enum.GetValues<PodState>().Select(Look.Of), .. Enum.GetValues<GroupState>().Select(Look.Of)],
            look => Assert.NotEqual("", Icons.Path(look.Sign)));

    [Fact]
    public void Only_what_has_succeeded_is_green()
    {
        Assert.Equal([PodState.UpdateSuccessful], Enum.GetValues<PodState>().Where(state => Look.Of(state).Tone == Tone.Good));
        Assert.Equal([TicketPhase.Succeeded], Enum.GetValues<TicketPhase>().Where(phase => Look.Of(phase).Tone == Tone.Good));
    }

    [Fact]
    public void A_change_without_a_sentence_of_its_own_is_spelled_as_words() =>
        Assert.Equal("Pod cart-0 is evicted", English.Words.Change(new TicketChange.Evict(new("shop", "cart-0"), "uid")));

    static Words Words(string language) => language == "zh" ? Chinese.Words : English.Words;
}
