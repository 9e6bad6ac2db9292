using Microsoft.Extensions.Logging;

namespace Slipway.Cli.Output;

/// <summary>Logs as lines on standard error; what came from a cluster cannot forge other lines.</summary>
sealed class Logs(TextWriter talk, LogLevel least) : ILoggerProvider
{
    /// <remarks>What a browser asks for stands in no log: addresses carry keys that are good for once.</remarks>
    public static ILoggerFactory To(TextWriter talk, LogLevel least) => LoggerFactory.Create(builder => builder.SetMinimumLevel(least).AddFilter("Microsoft", LogLevel.Warning).AddProvider(new Logs(talk, least)));

    public ILogger CreateLogger(string categoryName) => new LineLogger(TextWriter.Synchronized(talk), least);

    public void Dispose()
    {
        // The writer is the caller's.
    }

    sealed class LineLogger(TextWriter talk, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            talk.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {logLevel.ToString()[..4].ToLowerInvariant()} {Plain(formatter(state, exception))}");
            if (exception is not null) talk.WriteLine(exception);
        }

        static string Plain(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));
    }
}
