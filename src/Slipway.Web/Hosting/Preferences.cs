using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Slipway.Web.Language;

namespace Slipway.Web.Hosting;

/// <summary>How a person likes to see things.</summary>
/// <param name="Theme"><c>light</c>, <c>dark</c>, or <c>auto</c>, which follows the browser.</param>
/// <param name="Language"><c>en</c> or <c>zh</c>.</param>
public sealed record Preferences(string Theme, string Language)
{
    public const string ThemeCookie = "slipway-theme";
    public const string LanguageCookie = "slipway-language";

    /// <summary>The words themselves do not travel to the browser and back.</summary>
    [JsonIgnore]
    public Words Words => Language == "zh" ? Chinese.Words : English.Words;

    public static Preferences Of(HttpRequest request) => new(
        request.Cookies[ThemeCookie] is "light" or "dark" ? request.Cookies[ThemeCookie]! : "auto",
        request.Cookies[LanguageCookie] switch
        {
            "en" => "en",
            "zh" => "zh",
            _ => request.Headers.AcceptLanguage.ToString().StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? "zh" : "en",
        });
}
