namespace Wandb.Operator.Reports;

/// <summary>What came of a report, for the metric; docs/observability.md has the table.</summary>
internal static class ReportOutcome
{
    /// <summary>The leader, another replica, has answered; it counts what came of it.</summary>
    public const string Passed = "passed";

    /// <summary>The agent went away before its answer, or the replica stopped.</summary>
    public const string Aborted = "aborted";

    /// <param name="status">Of the answer that this replica gave itself.</param>
    public static string Of(int status) => status switch
    {
        StatusCodes.Status200OK => "taken",
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => "foreign",
        StatusCodes.Status429TooManyRequests => "too_often",
        StatusCodes.Status503ServiceUnavailable => "unavailable",
        >= 400 and < 500 => "unreadable",
        _ => "failed",
    };
}
