using Slipway.Resources;
using Slipway.Runtime.Informers;
using Slipway.Tests.Worlds;
using Xunit;

namespace Slipway.Tests.Runtime.Informers;

public sealed class InformerTests : IDisposable
{
    readonly ScriptedServer _server = new();
    readonly CancellationTokenSource _end = new();
    readonly List<string> _troubles = [];
    readonly List<string> _changes = [];
    Task _running = Task.CompletedTask;

    public void Dispose()
    {
        _end.Cancel();
        _server.Run(TimeSpan.FromMinutes(1));
        Assert.True(_running.IsCompletedSuccessfully, "an informer ends when it is told to, whatever it is waiting for");
        _end.Dispose();
        _server.Dispose();
    }

    Informer<Note> Start(bool mayBeMissing = false)
    {
        var informer = new Informer<Note>(_server.Api, Kinds.ConfigMaps, "shop", Note.Read, new() { KindMayBeMissing = mayBeMissing, Trouble = _troubles.Add }, _server.Time);
        informer.Store.Changed += change => _changes.Add($"{(change.New is null ? "-" : change.Old is null ? "+" : "~")}{(change.New ?? change.Old)!.Key.Name}@{(change.New ?? change.Old)!.ResourceVersion}");
        _server.Start(() => _running = informer.RunAsync(_end.Token));
        _server.RunReady();
        return informer;
    }

    string[] Names(Informer<Note> informer) => [.. informer.Store.All().Select(note => $"{note.Key.Name}@{note.ResourceVersion}").Order()];

    [Fact]
    public void A_list_is_read_page_by_page_and_only_then_is_the_store_whole()
    {
        _server.Answer(Note.List(10, "page 2", Note.Json("a", 1), Note.Json("b", 2))).StaySilent();

        var informer = Start();

        Assert.Equal(["a@1", "b@2"], Names(informer));
        Assert.False(informer.SyncedAsync(CancellationToken.None).IsCompleted);
        Assert.Equal(["/api/v1/namespaces/shop/configmaps?limit=500", "/api/v1/namespaces/shop/configmaps?limit=500&continue=page%202"], _server.Asked);
    }

    [Fact]
    public void After_the_last_page_it_watches_from_the_version_of_the_list()
    {
        _server.Answer(Note.List(10, "next", Note.Json("a", 1))).Answer(Note.List(10, null, Note.Json("b", 2)));

        var informer = Start();

        Assert.True(informer.SyncedAsync(CancellationToken.None).IsCompletedSuccessfully);
        Assert.Contains("watch=true&allowWatchBookmarks=true&resourceVersion=10&timeoutSeconds=", _server.Requests[^1].Query);
    }

    [Fact]
    public void Changes_come_into_the_store_in_order_and_while_the_watch_is_open()
    {
        _server.Answer(Note.List(10, null, Note.Json("a", 1)));
        var watch = _server.Watch();
        var informer = Start();

        watch.Tell(Note.Event("MODIFIED", "a", 11)).Tell(Note.Event("ADDED", "b", 12)).Tell(Note.Event("DELETED", "a", 13));
        _server.RunReady();

        Assert.Equal(["b@12"], Names(informer));
        Assert.Equal(["+a@1", "~a@11", "+b@12", "-a@11"], _changes);
    }

    [Fact]
    public void A_watch_that_is_cut_goes_on_from_its_last_event_without_another_list()
    {
        _server.Answer(Note.List(10, null));
        var watch = _server.Watch();
        Start();

        watch.Tell(Note.Event("ADDED", "a", 17)).Break();
        _server.Run(TimeSpan.FromSeconds(2));

        Assert.Equal(3, _server.Requests.Count);
        Assert.Contains("resourceVersion=17&", _server.Requests[^1].Query);
    }

    [Fact]
    public void A_bookmark_moves_the_place_to_go_on_from()
    {
        _server.Answer(Note.List(10, null));
        var watch = _server.Watch();
        Start();

        watch.Tell(Note.Bookmark(500)).End();
        _server.Run(TimeSpan.FromSeconds(2));

        Assert.Contains("resourceVersion=500&", _server.Requests[^1].Query);
    }

    [Fact]
    public void An_error_in_the_middle_of_a_watch_does_not_go_back_behind_what_was_seen()
    {
        _server.Answer(Note.List(10, null));
        var watch = _server.Watch();
        Start();

        watch.Tell(Note.Event("ADDED", "a", 17)).Tell(Note.Error(500, "InternalError")).End();
        _server.Run(TimeSpan.FromSeconds(2));

        Assert.Contains("resourceVersion=17&", _server.Requests[^1].Query);
    }

    [Fact]
    public void Too_old_a_version_lists_again_and_forgets_what_is_gone_meanwhile()
    {
        _server.Answer(Note.List(10, null, Note.Json("a", 1), Note.Json("b", 2)));
        var watch = _server.Watch();
        var informer = Start();

        watch.Tell(Note.Error(410, "Expired")).End();
        _server.Answer(Note.List(90, null, Note.Json("b", 2), Note.Json("c", 88)));
        _server.Run(TimeSpan.FromSeconds(2));

        Assert.Equal(["b@2", "c@88"], Names(informer));
        Assert.Equal(["+a@1", "+b@2", "+c@88", "-a@1"], _changes);
        Assert.Contains("resourceVersion=90&", _server.Requests[^1].Query);
    }

    [Fact]
    public void A_list_whose_next_page_has_expired_begins_again()
    {
        _server.Answer(Note.List(10, "old", Note.Json("a", 1))).Refuse(410, "Expired").Answer(Note.List(20, null, Note.Json("b", 15)));

        var informer = Start();
        _server.Run(TimeSpan.FromSeconds(2));

        Assert.Equal(["b@15"], Names(informer));
    }

    [Fact]
    public void A_watch_that_says_nothing_for_ninety_seconds_is_taken_for_dead()
    {
        _server.Answer(Note.List(10, null));
        var watch = _server.Watch();
        Start();

        _server.Run(TimeSpan.FromSeconds(80));
        watch.Tell(Note.Bookmark(11));
        _server.Run(TimeSpan.FromSeconds(80));

        Assert.Equal(2, _server.Requests.Count);

        _server.Run(TimeSpan.FromSeconds(12));

        Assert.Equal(3, _server.Requests.Count);
        Assert.Contains("resourceVersion=11&", _server.Requests[^1].Query);
    }

    [Fact]
    public void A_list_that_is_never_answered_is_asked_for_again()
    {
        _server.StaySilent().Answer(Note.List(10, null, Note.Json("a", 1)));

        var informer = Start();
        _server.Run(TimeSpan.FromSeconds(95));

        Assert.Equal(["a@1"], Names(informer));
    }

    [Fact]
    public void A_server_that_is_not_there_is_asked_less_and_less_often_up_to_twice_a_minute()
    {
        _server.Otherwise = (_, _) => Task.FromException<HttpResponseMessage>(new HttpRequestException("nobody"));

        Start();
        _server.Run(TimeSpan.FromMinutes(10));

        var pauses = _server.Requests.Zip(_server.Requests.Skip(1), (one, next) => next.At - one.At).ToList();
        Assert.InRange(pauses[0], TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(0.8));
        Assert.All(pauses, pause => Assert.InRange(pause, TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(30)));
        Assert.All(pauses.Skip(6), pause => Assert.InRange(pause, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30)));
        Assert.Single(_troubles, "configmaps: cannot reach http://scripted/: nobody");
    }

    [Fact]
    public void A_server_that_ends_every_watch_at_once_is_not_asked_without_a_pause()
    {
        _server.Otherwise = (request, _) => Task.FromResult(ScriptedServer.Response(request.IsWatch ? "" : Note.List(10, null)));

        Start();
        _server.Run(TimeSpan.FromMinutes(1));

        Assert.InRange(_server.Requests.Count, 5, 12);
    }

    [Fact]
    public void A_server_that_asks_for_patience_gets_it()
    {
        _server.Refuse(429, "TooManyRequests", TimeSpan.FromSeconds(7)).Answer(Note.List(10, null));

        Start();
        _server.Run(TimeSpan.FromSeconds(20));

        Assert.Equal(TimeSpan.FromSeconds(7), _server.Requests[1].At);
    }

    [Fact]
    public void One_object_that_cannot_be_read_is_told_and_hides_no_other()
    {
        _server.Answer(Note.List(10, null, Note.Json("a", 1), Note.Json("bad", 2, poison: true), Note.Json("c", 3)));
        var watch = _server.Watch();
        var informer = Start();

        watch.Tell(Note.Event("MODIFIED", "c", 11, poison: true)).Tell(Note.Event("ADDED", "d", 12)).Break();
        _server.Run(TimeSpan.FromSeconds(2));

        Assert.Equal(["a@1", "c@3", "d@12"], Names(informer));
        Assert.Contains("resourceVersion=12&", _server.Requests[^1].Query);
        Assert.Equal(["configmaps: shop/bad is left out, it cannot be read: a date cannot be never", "configmaps: shop/c is left out, it cannot be read: a date cannot be never"], _troubles);
    }

    [Theory]
    [InlineData("{\"type\":\"ADDED\",\"object\":{\"metad")]
    [InlineData("{\"type\":\"ADDED\",\"object\":[]}")]
    [InlineData("no JSON")]
    public void A_line_that_is_no_event_makes_it_list_again(string line)
    {
        _server.Answer(Note.List(10, null, Note.Json("a", 1)));
        var watch = _server.Watch();
        var informer = Start();

        watch.Tell(line);
        _server.Answer(Note.List(20, null, Note.Json("b", 2)));
        _server.Run(TimeSpan.FromSeconds(2));

        Assert.Equal(["b@2"], Names(informer));
    }

    [Fact]
    public void A_list_that_breaks_off_is_asked_for_again()
    {
        _server.Answer(Note.List(10, null, Note.Json("a", 1))[..^20]).Answer(Note.List(20, null, Note.Json("a", 1), Note.Json("b", 2)));

        var informer = Start();
        _server.Run(TimeSpan.FromSeconds(2));

        Assert.Equal(["a@1", "b@2"], Names(informer));
    }

    [Fact]
    public void A_successor_of_the_same_name_is_another_object_and_a_late_deletion_does_not_take_it_away()
    {
        _server.Answer(Note.List(10, null, Note.Json("a", 1, uid: "old")));
        var watch = _server.Watch();
        var informer = Start();

        watch.Tell(Note.Event("ADDED", "a", 12, uid: "new")).Tell(Note.Event("DELETED", "a", 11, uid: "old"));
        _server.RunReady();

        Assert.Equal(["+a@1", "-a@1", "+a@12"], _changes);
        Assert.Equal(["a@12"], Names(informer));
    }

    [Fact]
    public void A_kind_that_may_be_missing_is_an_empty_store_and_is_looked_for_every_minute()
    {
        _server.Refuse(404, "NotFound").Answer(Note.List(10, null, Note.Json("a", 1)));

        var informer = Start(mayBeMissing: true);

        Assert.True(informer.SyncedAsync(CancellationToken.None).IsCompletedSuccessfully);
        Assert.Empty(Names(informer));

        _server.Run(TimeSpan.FromSeconds(61));

        Assert.Equal(["a@1"], Names(informer));
    }

    [Fact]
    public void What_is_forbidden_is_told_once_and_asked_for_again()
    {
        _server.Refuse(403, "Forbidden").Refuse(403, "Forbidden").Answer(Note.List(10, null, Note.Json("a", 1)));

        var informer = Start();
        _server.Run(TimeSpan.FromSeconds(5));

        Assert.Equal(["a@1"], Names(informer));
        Assert.Single(_troubles, "configmaps: Forbidden by the script");
    }
}
