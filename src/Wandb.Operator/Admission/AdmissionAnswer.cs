using Wandb.Operator.Injection;

namespace Wandb.Operator.Admission;

/// <summary>Decision to the answer on the wire.</summary>
internal static class AdmissionAnswer
{
    // The API server cuts all warnings together at 4 KiB, and kubectl shows each on one line.
    private const int MaxWarnings = 10;
    private const int MaxWarningLength = 256;
    private const int Forbidden = 403;

    public static AdmissionReview For(string uid, AdmissionDecision decision) =>
        new() { ApiVersion = AdmissionReview.Version, Kind = AdmissionReview.KindName, Response = Response(uid, decision) };

    private static AdmissionReview.AdmissionResponse Response(string uid, AdmissionDecision decision) => decision switch
    {
        AdmissionDecision.Allow => new() { Uid = uid, Allowed = true },
        AdmissionDecision.Patch patch => Allowed(uid, patch.Operations, Warnings("", patch.Warnings)),
        AdmissionDecision.Miss miss => Allowed(uid, miss.Operations, Warnings("not injected: ", miss.Problems)),
        AdmissionDecision.Deny deny => new()
        {
            Uid = uid,
            Allowed = false,
            Status = new()
            {
                Code = Forbidden,
                Reason = "Forbidden",
                Message = $"wandb-operator: injection is required and not possible: {MissedText.Sentences(deny.Problems)}",
            },
        },
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static AdmissionReview.AdmissionResponse Allowed(
        string uid, IReadOnlyList<JsonPatchOperation> operations, IReadOnlyList<string>? warnings) =>
        new()
        {
            Uid = uid,
            Allowed = true,
            PatchType = operations.Count == 0 ? null : "JSONPatch",
            Patch = operations.Count == 0 ? null : JsonPatch.Utf8(operations),
            Warnings = warnings,
        };

    private static IReadOnlyList<string>? Warnings(string prefix, IReadOnlyList<Problem> problems) =>
        problems.Count == 0 ? null : [.. problems.Take(MaxWarnings).Select(problem => Cut($"wandb-operator: {prefix}{problem.Message}"))];

    private static string Cut(string text) => text.Length <= MaxWarningLength ? text : string.Concat(text.AsSpan(0, MaxWarningLength - 1), "…");
}
