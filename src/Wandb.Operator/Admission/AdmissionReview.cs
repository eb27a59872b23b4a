using System.Text.Json.Nodes;

namespace Wandb.Operator.Admission;

/// <summary>
/// <c>AdmissionReview</c> of admission.k8s.io/v1, as far as we read and write it; what the API server sends beyond that is skipped.
/// </summary>
internal sealed record AdmissionReview
{
    public const string Version = "admission.k8s.io/v1";
    public const string KindName = "AdmissionReview";

    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    /// <summary>Null in our answer.</summary>
    public AdmissionRequest? Request { get; init; }

    /// <summary>Null in what the API server sends.</summary>
    public AdmissionResponse? Response { get; init; }

    internal sealed record AdmissionRequest
    {
        public string? Uid { get; init; }

        /// <summary><c>CREATE</c>, <c>UPDATE</c>, …</summary>
        public string? Operation { get; init; }

        public string? Namespace { get; init; }

        /// <summary>As it was sent: never a typed pod, which would lose the fields of later versions.</summary>
        public JsonObject? Object { get; init; }

        /// <summary>Nothing may be changed elsewhere, Events included.</summary>
        public bool? DryRun { get; init; }
    }

    internal sealed record AdmissionResponse
    {
        public required string Uid { get; init; }

        public required bool Allowed { get; init; }

        /// <summary><c>JSONPatch</c>; null without a patch.</summary>
        public string? PatchType { get; init; }

        /// <summary>JSON; on the wire in base 64.</summary>
        public ReadOnlyMemory<byte>? Patch { get; init; }

        /// <summary>For the person or program that creates the object.</summary>
        public IReadOnlyList<string>? Warnings { get; init; }

        /// <summary>Why it is refused; null when it is not.</summary>
        public Refusal? Status { get; init; }
    }

    internal sealed record Refusal
    {
        public required string Message { get; init; }

        public required string Reason { get; init; }

        public required int Code { get; init; }
    }
}
