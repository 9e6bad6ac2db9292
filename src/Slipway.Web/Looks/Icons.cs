using System.Collections.Concurrent;
using Microsoft.AspNetCore.Components;

namespace Slipway.Web.Looks;

/// <summary>Our own icons: strokes on a field of 16 by 16.</summary>
public static class Icons
{
    static readonly ConcurrentDictionary<string, MarkupString> _drawn = [];

    /// <summary>An icon as one piece of markup: a component of its own would cost every row of every circuit some kilobytes.</summary>
    public static MarkupString Svg(string name) => _drawn.GetOrAdd(name, static drawn => new(
        $"""<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false"><path d="{Path(drawn)}" /></svg>"""));

    public static string Path(string name) => name switch
    {
        "·" or "waiting" => "M8 6.75a1.25 1.25 0 1 0 0 2.5a1.25 1.25 0 0 0 0-2.5Z",
        "○" => "M8 3a5 5 0 1 0 0 10a5 5 0 0 0 0-10Z",
        "↻" => "M13 8a5 5 0 1 1-1.6-3.7 M13 2.5v2.6h-2.6",
        "✓" or "done" => "M3.2 8.4l3.2 3.2l6.4-6.9",
        "✗" or "failed" => "M4 4l8 8 M12 4l-8 8",
        "–" => "M4 8h8",
        "‖" => "M6 4v8 M10 4v8",
        "↶" => "M4 8h6.500a2.500 2.500 0 0 1 0 5h-2 M6.500 5l-3 3l3 3",
        "?" => "M6 6.2a2 2 0 1 1 3.1 1.7c-.8.5-1.1.9-1.1 1.7 M8 12v.1",
        "ticket" => "M2.5 4.5h11v2.2a1.4 1.4 0 0 0 0 2.6v2.2h-11v-2.2a1.4 1.4 0 0 0 0-2.6z M9.5 5v1.4 M9.5 7.4v1.4 M9.5 9.7v1.4",
        "service" => "M8 2.2l5 2.8v6l-5 2.8l-5-2.8v-6z M3.2 5.1l4.8 2.7l4.8-2.7 M8 7.8v5.8",
        "component" => "M3 3h4v4h-4z M9 3h4v4h-4z M3 9h4v4h-4z M9 9h4v4h-4z",
        "layers" => "M8 2.500l5.500 3l-5.500 3l-5.500-3z M2.500 8.500l5.500 3l5.500-3 M2.500 11l5.500 3l5.500-3",
        "traffic" => "M2.500 5h8 M8 2.500l2.500 2.500l-2.500 2.500 M13.500 11h-8 M8 8.500l-2.500 2.500l2.500 2.500",
        "person" => "M8 8a2.6 2.6 0 1 0 0-5.2a2.6 2.6 0 0 0 0 5.2Z M3 13.2c.5-2.4 2.5-3.6 5-3.6s4.500 1.200 5 3.600",
        "warning" => "M8 2.500l6 10.700h-12z M8 6.500v3 M8 11.400v.1",
        "search" => "M7 2.500a4.500 4.500 0 1 0 0 9a4.500 4.500 0 0 0 0-9Z M10.300 10.300l3.200 3.200",
        "plus" => "M8 3v10 M3 8h10",
        "clock" => "M8 2.500a5.500 5.500 0 1 0 0 11a5.500 5.500 0 0 0 0-11Z M8 5v3.200l2.200 1.300",
        "info" => "M8 2.500a5.500 5.500 0 1 0 0 11a5.500 5.500 0 0 0 0-11Z M8 7.300v3.400 M8 5.200v.1",
        "lock" => "M4 7.500h8v5.500h-8z M5.700 7.300v-2a2.300 2.300 0 0 1 4.600 0v2",
        "sun" => "M8 5.300a2.700 2.700 0 1 0 0 5.400a2.700 2.700 0 0 0 0-5.400Z M8 1.800v1.200 M8 13v1.200 M1.800 8h1.200 M13 8h1.200 M3.600 3.600l.9.9 M11.500 11.500l.9.9 M3.600 12.400l.9-.9 M11.500 4.500l.9-.9",
        "moon" => "M12.800 9.600a5.300 5.300 0 0 1-6.400-6.400a5.300 5.300 0 1 0 6.400 6.400Z",
        "contrast" => "M8 2.500a5.500 5.500 0 1 0 0 11a5.500 5.500 0 0 0 0-11Z M8 2.500v11 M9.500 4.500v7 M11 5.500v5",
        "chevron" => "M6 3.500l4.500 4.500l-4.500 4.500",
        "close" => "M4 4l8 8 M12 4l-8 8",
        _ => "",
    };
}
