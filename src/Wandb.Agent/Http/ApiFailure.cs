using System.Diagnostics;

namespace Wandb.Agent.Http;

/// <summary>Why the server did not do what it was asked.</summary>
internal abstract record ApiFailure
{
    private ApiFailure()
    {
    }

    /// <summary>The server refused for good, or its answer makes no sense.</summary>
    /// <param name="Status">HTTP status; null if the answer was never understood as one.</param>
    /// <param name="Message">The server's own words, at most 500 characters, without the key.</param>
    internal sealed record Refused(RefusalKind Kind, int? Status, string Message) : ApiFailure;

    /// <summary>Not done yet; it may work another time.</summary>
    internal sealed record GaveUp(int Tries, string LastReason) : ApiFailure
    {
        /// <inheritdoc cref="AttemptFailure.Untrusted"/>
        internal bool IsUntrusted { get; init; }
    }

    /// <summary>Waiting alone will hardly change it: somebody has to do something, here or at the server.</summary>
    internal bool NeedsPerson => this is Refused or GaveUp { IsUntrusted: true };

    /// <summary>One line for people.</summary>
    internal string Words => this switch
    {
        Refused { Status: >= 300 and var status } refused when refused.Message != $"HTTP {status}" => $"HTTP {status}: {refused.Message}",
        Refused refused => refused.Message,
        GaveUp { Tries: 1 } gaveUp => gaveUp.LastReason,
        GaveUp gaveUp => $"{gaveUp.LastReason} (gave up after {gaveUp.Tries} tries)",
        _ => throw new UnreachableException(),
    };

    /// <summary>The failure behind an outcome that is no answer.</summary>
    internal static ApiFailure From(HttpOutcome outcome) => outcome switch
    {
        HttpOutcome.Rejected rejected => new Refused(KindOf(rejected.Status), rejected.Status, rejected.Message),
        HttpOutcome.GaveUp gaveUp => new GaveUp(gaveUp.Tries, gaveUp.LastReason) { IsUntrusted = gaveUp.IsUntrusted },
        HttpOutcome.BodyUnavailable body => new Refused(RefusalKind.Other, null, body.Reason),
        _ => throw new UnreachableException(),
    };

    private static RefusalKind KindOf(int status) => status switch
    {
        400 => RefusalKind.BadRequest,
        401 => RefusalKind.Unauthorized,
        403 => RefusalKind.Forbidden,
        404 => RefusalKind.NotFound,
        _ => RefusalKind.Other,
    };
}
