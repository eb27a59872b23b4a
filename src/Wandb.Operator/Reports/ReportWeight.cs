using System.Runtime.InteropServices;
using System.Text.Json;
using Wandb.Contract;

namespace Wandb.Operator.Reports;

/// <summary>What a report takes of the memory, in bytes. An upper bound: a share of what is said here is never allocated.</summary>
internal static class ReportWeight
{
    // Report, its server's state, the pod's identity, and what the store needs to find them.
    private const int Fixed = 1024;
    private const int Run = 400;
    private const int Problem = 16;

    // Header and length; an empty one is shared.
    private const int Text = 24;

    // With its parts, and the address as it is written, of which each letter may become twelve.
    private const int Address = 256;
    private const int AddressLetter = 18;

    // Place in the dictionary, and a JSON document of its own; what is nested takes twelve bytes for each comma.
    private const int Summary = 200;
    private const int Value = 256;
    private const int ValueByte = 8;

    public static long Of(AgentReport report) =>
        Fixed + Of(report.AgentVersion) + Of(report.Backend.BaseUrl) + Of(report.Backend.Reason)
        + report.Problems.Sum(static problem => Problem + Of(problem))
        + report.Runs.Sum(Of);

    private static long Of(ReportedRun run) =>
        Run + Of(run.Id) + Of(run.Entity) + Of(run.Project) + Of(run.Name) + Of(run.Url) + Of(run.Group) + Of(run.JobType) + Of(run.Container) + Of(run.File)
        + Of(run.ExitReason) + Of(run.ReceiptDigest) + Of(run.Message)
        + (run.Summary.Count == 0 ? 0 : Summary + run.Summary.Sum(static pair => Value + Of(pair.Key) + Of(pair.Value)));

    private static long Of(string? text) => string.IsNullOrEmpty(text) ? 0 : Text + (2L * text.Length);

    private static long Of(Uri? address) => address is null ? 0 : Address + ((long)AddressLetter * address.OriginalString.Length);

    private static long Of(JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? 0 : (long)ValueByte * JsonMarshal.GetRawUtf8Value(value).Length;
}
