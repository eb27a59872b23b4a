namespace Wandb.Operator.Watching;

/// <summary>An answer of the API server other than 2xx (<c>metav1.Status</c>).</summary>
/// <param name="StatusCode">HTTP.</param>
/// <param name="Reason">One word for programs: Conflict, AlreadyExists, Expired …; "" when the answer was no Status.</param>
/// <param name="Message">For people; at most 1,000 characters; "" when there is none.</param>
/// <param name="RetryAfter">From the header, or the Status; null when neither says.</param>
internal sealed record ApiRefusal(int StatusCode, string Reason, string Message, TimeSpan? RetryAfter)
{
    public bool IsNotFound => StatusCode == StatusCodes.Status404NotFound;

    /// <summary>Somebody else wrote in between, or owns the field, or the object is there already.</summary>
    public bool IsConflict => StatusCode == StatusCodes.Status409Conflict;

    /// <summary>The resource version or continue token is too old.</summary>
    public bool IsExpired => StatusCode == StatusCodes.Status410Gone;

    /// <summary>
    /// The object is larger than what the API server takes (413), or its store, or the way there. Those two come as 500 without a reason, with words alone:
    /// go.etcd.io/etcd, api/v3rpc/rpctypes/error.go; google.golang.org/grpc, stream.go.
    /// </summary>
    public bool IsTooLarge =>
        StatusCode == StatusCodes.Status413PayloadTooLarge
        || (StatusCode >= 500 && (Message.Contains("request is too large", StringComparison.Ordinal) || Message.Contains("message larger than max", StringComparison.Ordinal)));

    /// <summary>The same request may succeed later.</summary>
    public bool IsTransient => StatusCode is StatusCodes.Status429TooManyRequests or >= 500 || RetryAfter is not null;

    public override string ToString() => $"{StatusCode} {Reason}: {Message}";
}
