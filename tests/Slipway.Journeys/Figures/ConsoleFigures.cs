using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using Slipway.Journeys.ConsoleJourneys;
using Slipway.Tests.Figures;
using Xunit;

namespace Slipway.Journeys.Figures;

/// <summary>What the console costs, and how fast it shows things. Run by <c>./bench --console</c>; figures are printed, not asserted.</summary>
public sealed class ConsoleFigures(ConsoleWorld world, ITestOutputHelper output)
{
    const int Circuits = 200;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task First_paint()
    {
        List<double> cold = [], warm = [];
        for (var run = 0; run < 3; run++)
        {
            await using var sandbox = SandboxProcess.Sandbox();
            await sandbox.ServedAsync(Cancellation);
            await using var browser = await world.StrangerAsync();
            var page = await browser.NewPageAsync();
            await page.GotoAsync((await sandbox.EntranceAsync(Cancellation)).ToString());
            cold.Add(await PaintAsync(page));
            for (var again = 0; again < 10; again++)
            {
                await page.ReloadAsync();
                warm.Add(await PaintAsync(page));
            }
        }

        Row("first paint cold: new server, new browser, median of 3", Median(cold), "s", "≤ 2");
        Row("first paint warm: reload, median of 30", Median(warm), "s", "≤ 0.3");
    }

    [Fact(Explicit = true)]
    public async Task A_refresh()
    {
        await using var shop = await ConsoleShop.OpenAsync(Cancellation);
        await using var browser = await world.StrangerAsync();
        var page = await EnterAsync(browser, shop);
        string[] paths = ["tickets", "services", "services/shop/svc-0", $"tickets/shop/{ConsoleShop.Ticket}", "tickets/new?ns=shop"];
        foreach (var path in paths) await page.GotoAsync(new Uri(shop.Root, path).ToString());
        var before = Calls(shop);

        for (var refresh = 0; refresh < 10; refresh++)
        {
            foreach (var path in paths)
            {
                await page.GotoAsync(new Uri(shop.Root, path).ToString());
                await page.WaitForFunctionAsync("() => document.documentElement.dataset.live === 'true'");
            }
        }

        Row("API calls per refresh of a page, beyond access checks, mean of 50", (Calls(shop) - before) / 50.0, "calls", "0");
    }

    [Fact(Explicit = true)]
    public async Task A_ticket_of_five_thousand_pods()
    {
        await using var shop = await ConsoleShop.OpenAsync(Cancellation);
        await using var browser = await world.StrangerAsync();
        var page = await EnterAsync(browser, shop);
        await page.GotoAsync(new Uri(shop.Root, $"tickets/shop/{ConsoleShop.Ticket}?group=all").ToString());
        await page.WaitForFunctionAsync("() => document.querySelectorAll('table.pods tbody tr th').length > 10");
        await page.EvaluateAsync("""
            () => {
              window.frames_ = 0; let dirty = false;
              new MutationObserver(() => { dirty = true; }).observe(document.getElementById('main'), { subtree: true, childList: true, characterData: true });
              const look = () => { if (dirty) { dirty = false; window.frames_++; } requestAnimationFrame(look); };
              requestAnimationFrame(look);
            }
            """);
        using var end = new CancellationTokenSource();
        var progress = ProgressAsync(shop, end.Token);
        await Task.Delay(TimeSpan.FromSeconds(2), Cancellation);

        var (from, clock) = (await page.EvaluateAsync<int>("() => window.frames_"), Stopwatch.StartNew());
        await Task.Delay(TimeSpan.FromSeconds(10), Cancellation);
        var frames = (await page.EvaluateAsync<int>("() => window.frames_") - from) / clock.Elapsed.TotalSeconds;
        var scrolled = await page.EvaluateAsync<JsonElement>("""
            async () => {
              const box = document.querySelector('.scroll'), frame = () => new Promise(requestAnimationFrame);
              const rows = () => { const r = box.getBoundingClientRect(); const top = Math.max(r.top, 0), bottom = Math.min(r.bottom, innerHeight);
                return [0.3, 0.6, 0.9].every(part => document.elementFromPoint(r.left + 60, top + (bottom - top) * part)?.closest('tr')?.querySelector('th')); };
              let blank = 0, seen = 0, last = performance.now(); const begun = last;
              while (performance.now() - begun < 10000) { await frame(); const now = performance.now(); box.scrollTop += 2 * (now - last); last = now; seen++; if (!rows()) blank++; }
              return { blank, seen, at: box.scrollTop, height: box.clientHeight };
            }
            """);
        await end.CancelAsync();
        var changes = await progress;

        Row($"updates reaching the page of a 5,000-pod ticket at {changes:0} pod changes/s", frames, "frames/s", "≥ 4");
        Row($"blank frames while it scrolls 2,000 px/s, of {scrolled.GetProperty("seen").GetInt32()}", scrolled.GetProperty("blank").GetInt32(), "frames", "0");
        Assert.True(scrolled.GetProperty("at").GetDouble() > 10_000, $"the list did not scroll: {scrolled}");
    }

    [Fact(Explicit = true)]
    public async Task Two_hundred_circuits()
    {
        await using var shop = await ConsoleShop.OpenAsync(Cancellation);
        await using var browser = await world.StrangerAsync();
        var page = await EnterAsync(browser, shop);
        await page.GotoAsync(new Uri(shop.Root, "services/shop/svc-0").ToString());
        await page.WaitForFunctionAsync("() => document.querySelectorAll('table.pods tbody tr th').length > 10");
        List<CircuitClient> circuits = [];
        try
        {
            // The first ones pay for what all share.
            for (var n = 0; n < 8; n++) circuits.Add(await CircuitClient.OpenAsync(shop.Root, Path(n), shop.Cookies, Cancellation));
            await Task.Delay(TimeSpan.FromSeconds(3), Cancellation);
            var before = GC.GetTotalMemory(forceFullCollection: true);
            for (var n = 0; n < Circuits; n++) circuits.Add(await CircuitClient.OpenAsync(shop.Root, Path(n), shop.Cookies, Cancellation));
            await Task.Delay(TimeSpan.FromSeconds(5), Cancellation);
            var heap = GC.GetTotalMemory(forceFullCollection: true) - before;
            Assert.All(circuits, circuit => Assert.InRange(circuit.Batches, 1, int.MaxValue));

            await page.EvaluateAsync("""
                () => {
                  window.seen_ = [];
                  new MutationObserver(changes => {
                    const rows = new Set(changes.map(change => (change.target.nodeType === 1 ? change.target : change.target.parentElement)?.closest('tr')).filter(row => row && row.querySelector('th')));
                    const told = [...rows].map(row => [row.querySelector('th').innerText.trim(), row.querySelector('.badge')?.classList.contains('good') ?? null]);
                    if (told.length) requestAnimationFrame(() => { const at = performance.timeOrigin + performance.now(); for (const [pod, ready] of told) window.seen_.push([pod, ready, at]); });
                  }).observe(document.querySelector('table.pods tbody'), { subtree: true, childList: true, characterData: true, attributes: true });
                }
                """);
            var batches = circuits.Sum(circuit => (long)circuit.Batches);
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var clock = Stopwatch.StartNew();
            var (changed, rate) = await ChurnAsync(shop, TimeSpan.FromSeconds(30));
            await Task.Delay(TimeSpan.FromSeconds(2), Cancellation);
            var took = Latencies(changed, await page.EvaluateAsync<JsonElement>("() => window.seen_"));
            var share = (Process.GetCurrentProcess().TotalProcessorTime - cpu) / clock.Elapsed * 100;

            Row($"heap per circuit of {Circuits}, and of its client with it", heap / 1024.0 / Circuits, "KB", "≤ 400");
            Row($"pod event → pixel beside {Circuits} circuits at {rate:0} changes/s, p50 of {took.Count}", took[took.Count / 2], "ms", "");
            Row($"pod event → pixel beside {Circuits} circuits at {rate:0} changes/s, p99", took[(int)(took.Count * 0.99)], "ms", "≤ 500");
            Row("  batches drawn by the other circuits meanwhile", (circuits.Sum(circuit => (long)circuit.Batches) - batches) / clock.Elapsed.TotalSeconds, "per second", "");
            Row("  CPU of API server, console and clients together", share, "% of one core", "");
            Row("  changes that never reached the pixel", changed.Count - took.Count, "of them", "0");
        }
        finally
        {
            foreach (var circuit in circuits) await circuit.DisposeAsync();
        }
    }

    /// <summary>As people spread: half look at services, a quarter at the list, a quarter at the ticket.</summary>
    static string Path(int n) => (n % 4) switch
    {
        0 => "tickets",
        1 => $"tickets/shop/{ConsoleShop.Ticket}",
        _ => $"services/shop/svc-{n / 4 % ConsoleShop.Services}",
    };

    /// <summary>One group after another takes a step with ten pods, ten times a second; returns pod changes a second.</summary>
    static async Task<double> ProgressAsync(ConsoleShop shop, CancellationToken end)
    {
        string[] states = ["Updating", "UpdateSuccessful", "NotUpdated"];
        var (groups, clock, n) = (shop.Groups, Stopwatch.StartNew(), 0);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(end))
            {
                var round = n / groups;
                shop.Progress(n % groups, round * 10 % 500, 10, states[round / 50 % 3]);
                n++;
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }

        return n * 10 / clock.Elapsed.TotalSeconds;
    }

    /// <summary>Pods of all services change 100 times a second; four of these a second are of pods that the browser shows.</summary>
    static async Task<(List<(string Pod, bool Ready, double At)> Changed, double Rate)> ChurnAsync(ConsoleShop shop, TimeSpan span)
    {
        var (changed, clock, n) = (new List<(string, bool, double)>(), Stopwatch.StartNew(), 0);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        while (clock.Elapsed < span && await timer.WaitForNextTickAsync(Cancellation))
        {
            for (; n < clock.Elapsed.TotalSeconds * 100; n++)
            {
                if (n % 25 == 0)
                {
                    var (pod, ready) = (n / 25 % 20, n / 25 / 20 % 2 == 1);
                    changed.Add((ConsoleShop.Pod(0, pod), ready, (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds));
                    shop.Flip(0, pod, ready);
                }
                else
                {
                    var (service, pod) = (1 + (n % (ConsoleShop.Services - 1)), n / 7 % ConsoleShop.PodsEach);
                    shop.Flip(service, pod, n / 3000 % 2 == 1 || n % 2 == 0);
                }
            }
        }

        return (changed, n / clock.Elapsed.TotalSeconds);
    }

    static List<double> Latencies(List<(string Pod, bool Ready, double At)> changed, JsonElement seen)
    {
        var shown = seen.EnumerateArray().Select(told => (Pod: told[0].GetString()!, Ready: told[1].ValueKind == JsonValueKind.True, At: told[2].GetDouble())).ToList();
        List<double> took = [];
        foreach (var (pod, ready, at) in changed)
        {
            if (shown.FirstOrDefault(told => told.Pod == pod && told.Ready == ready && told.At >= at - 2) is { Pod: not null } first) took.Add(Math.Max(0, first.At - at));
        }

        took.Sort();
        return took;
    }

    /// <summary>All calls of the informers and of the person but the reviews of who they are and what they may.</summary>
    static long Calls(ConsoleShop shop) =>
        shop.Api.Calls.Snapshot().Concat(shop.Person.Calls.Snapshot()).Where(call => !call.Key.Kind.StartsWith("selfsubject", StringComparison.Ordinal)).Sum(call => call.Value);

    static async Task<IPage> EnterAsync(IBrowserContext browser, ConsoleShop shop)
    {
        var page = await browser.NewPageAsync();
        await page.GotoAsync(shop.Entrance.ToString());
        return page;
    }

    /// <summary>Seconds from the begin of the navigation to the first content on the screen.</summary>
    static async Task<double> PaintAsync(IPage page)
    {
        await page.WaitForFunctionAsync("() => performance.getEntriesByName('first-contentful-paint').length > 0");
        return await page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000");
    }

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    void Row(string what, double value, string unit, string goal) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Figure.Row(what, value, unit, goal)}"));
}
