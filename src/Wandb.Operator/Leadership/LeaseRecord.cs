using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Leadership;

/// <summary>What a Lease (coordination.k8s.io/v1) says about its holder.</summary>
internal sealed record LeaseRecord
{
    /// <summary>Annotation: IP address and port at which the holder takes what only a leader takes.</summary>
    public const string AddressAnnotation = InjectionKeys.Prefix + "holder-address";

    /// <summary>Kubernetes' MicroTime.</summary>
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>"" when nobody holds it.</summary>
    public required string Holder { get; init; }

    /// <summary>Null: reports cannot be passed on to the holder.</summary>
    public string? HolderAddress { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>How often it changed its holder.</summary>
    public int Transitions { get; init; }

    /// <summary>As it stands there; clocks of others are compared with nothing.</summary>
    public string? AcquireTime { get; init; }

    public string? RenewTime { get; init; }

    /// <summary>A member that is missing or has another type counts as nothing: such a lease is free.</summary>
    public static LeaseRecord Read(JsonElement lease)
    {
        var spec = Member(lease, "spec");
        return new LeaseRecord
        {
            Holder = Text(Member(spec, "holderIdentity")) ?? "",
            HolderAddress = Text(Member(Member(Member(lease, "metadata"), "annotations"), AddressAnnotation)),
            Duration = TimeSpan.FromSeconds(Number(Member(spec, "leaseDurationSeconds"))),
            Transitions = Number(Member(spec, "leaseTransitions")),
            AcquireTime = Text(Member(spec, "acquireTime")),
            RenewTime = Text(Member(spec, "renewTime")),
        };
    }

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <param name="existing">As it was read: version, labels and what others wrote stay; null: the Lease is to be created.</param>
    /// <returns>The whole object, as UTF-8.</returns>
    public byte[] Write(string @namespace, string name, JsonElement? existing)
    {
        var lease = existing is { } found ? JsonObject.Create(found)! : New(@namespace, name);
        if (lease["spec"] is not JsonObject spec)
            lease["spec"] = spec = [];
        spec["holderIdentity"] = Holder;
        spec["leaseDurationSeconds"] = (int)Duration.TotalSeconds;
        spec["leaseTransitions"] = Transitions;
        spec["acquireTime"] = AcquireTime;
        spec["renewTime"] = RenewTime;
        var metadata = lease["metadata"]!.AsObject();
        if (metadata["annotations"] is not JsonObject annotations)
            metadata["annotations"] = annotations = [];
        if (HolderAddress is null)
            annotations.Remove(AddressAnnotation);
        else
            annotations[AddressAnnotation] = HolderAddress;
        return Encoding.UTF8.GetBytes(lease.ToJsonString());
    }

    private static JsonObject New(string @namespace, string name) =>
        new()
        {
            ["apiVersion"] = "coordination.k8s.io/v1",
            ["kind"] = "Lease",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = @namespace,
                ["labels"] = new JsonObject { ["app.kubernetes.io/name"] = "wandb-operator" },
            },
        };

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;

    private static int Number(JsonElement element) => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number) ? number : 0;
}
