using Google.Protobuf;
using Wandb.Agent.Records;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Inspection;

/// <summary>A file that the run names; policy as the SDK calls it: <c>now</c>, <c>end</c>, <c>live</c>.</summary>
internal sealed record NamedFile(string Path, string Policy);

/// <summary>An artifact that the run made; entries is null when the manifest is kept in a file of its own.</summary>
internal sealed record NamedArtifact(string Type, string Name, int? Entries);

internal sealed record NamedAlert(string Level, string Title);

/// <summary>
/// What one run file holds, gathered record by record; its memory has a bound that does not depend on the file. Not thread-safe.
/// </summary>
internal sealed class RunFileSummary
{
    /// <summary>Files, artifacts, alerts and pieces of damage that are kept by name.</summary>
    public const int MaxListed = 1000;

    public RecordLedger Ledger { get; } = new();

    /// <summary>Null without a run record.</summary>
    public RunIdentitySummary? Run { get; private set; }

    /// <summary>The version of the SDK that wrote the file, as its header or telemetry says; null when neither does.</summary>
    public string? SdkVersion { get; private set; }

    public HistorySummary History { get; } = new();

    public ConsoleSummary Stdout { get; } = new();

    public ConsoleSummary Stderr { get; } = new();

    public BoundedList<NamedFile> Files { get; } = new(MaxListed);

    public BoundedList<NamedArtifact> Artifacts { get; } = new(MaxListed);

    public BoundedList<NamedAlert> Alerts { get; } = new(MaxListed);

    public BoundedList<Damage> Damage { get; } = new(MaxListed);

    /// <summary>Null without an exit record.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Seconds, by the exit record.</summary>
    public int RuntimeSeconds { get; private set; }

    /// <summary>Samples of system metrics.</summary>
    public long Events { get; private set; }

    public void AddDamage(Damage damage)
    {
        Ledger.AddDamage(damage);
        Damage.Add(damage);
    }

    /// <param name="payload">A whole record, which stood at <c>[from, to)</c>.</param>
    public void AddRecord(ReadOnlySpan<byte> payload, long from, long to)
    {
        if (!RecordEnvelope.TryParse(payload, out var record))
        {
            AddDamage(new Damage(from, to, DamageReason.NotProtobuf));
            return;
        }
        Ledger.AddRecord(record.Num, record.Field);
        if (TryAddBody(record))
            return;
        Ledger.AddUnreadable(record.Num, from, to);
        Damage.Add(new Damage(from, to, DamageReason.NotProtobuf));
    }

    private bool TryAddBody(RecordEnvelope record)
    {
        try
        {
            return record.Kind switch
            {
                RecordKind.History => History.TryAdd(record.Body),
                RecordKind.OutputRaw => TryAddOutput(record.Body, isWholeLines: false),
                RecordKind.Output => TryAddOutput(record.Body, isWholeLines: true),
                RecordKind.Header => TryReadHeader(record.Body),
                _ => AddRareKind(record),
            };
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private bool AddRareKind(RecordEnvelope record)
    {
        switch (record.Kind)
        {
            case RecordKind.Stats:
                Events++;
                break;
            case RecordKind.Run:
                Run = (Run ?? new RunIdentitySummary()).With(RunRecord.Parser.ParseFrom(record.Body));
                break;
            case RecordKind.Telemetry:
                if (TelemetryRecord.Parser.ParseFrom(record.Body).CliVersion is { Length: > 0 } version)
                    SdkVersion = version;
                break;
            case RecordKind.Files:
                foreach (var file in FilesRecord.Parser.ParseFrom(record.Body).Files)
                    Files.Add(new NamedFile(file.Path, PolicyOf(file.Policy)));
                break;
            case RecordKind.Artifact:
                var artifact = ArtifactRecord.Parser.ParseFrom(record.Body);
                Artifacts.Add(new NamedArtifact(artifact.Type, artifact.Name, EntriesOf(artifact.Manifest)));
                break;
            case RecordKind.Alert:
                var alert = AlertRecord.Parser.ParseFrom(record.Body);
                Alerts.Add(new NamedAlert(alert.Level, alert.Title));
                break;
            case RecordKind.Exit:
                var exit = RunExitRecord.Parser.ParseFrom(record.Body);
                (ExitCode, RuntimeSeconds) = (exit.ExitCode, exit.Runtime);
                break;
        }
        return true;
    }

    private bool TryAddOutput(ReadOnlySpan<byte> body, bool isWholeLines)
    {
        if (!OutputText.TryRead(body, out var output))
            return false;
        var stream = output.IsStderr ? Stderr : Stdout;
        if (isWholeLines)
            stream.AddLines(output.Text);
        else
            stream.AddText(output.Text);
        return true;
    }

    /// <summary><c>HeaderRecord { version_info = 1 { producer = 1 } }</c>.</summary>
    private bool TryReadHeader(ReadOnlySpan<byte> body)
    {
        if (!TryFind(body, 1, out var versionInfo) || !TryFind(versionInfo, 1, out var producer))
            return false;
        if (!producer.IsEmpty)
            SdkVersion ??= System.Text.Encoding.UTF8.GetString(producer);
        return true;
    }

    private static bool TryFind(ReadOnlySpan<byte> message, int field, out ReadOnlySpan<byte> value)
    {
        var reader = new ProtoReader(message);
        value = default;
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var tag))
                return false;
            if (tag == (field << 3 | ProtoReader.BytesType))
            {
                if (!reader.TryReadBytes(out value))
                    return false;
            }
            else if (!reader.TrySkip(tag))
            {
                return false;
            }
        }
        return true;
    }

    private static int? EntriesOf(ArtifactManifest? manifest) => manifest?.ManifestFilePath is { Length: > 0 } ? null : manifest?.Contents.Count ?? 0;

    private static string PolicyOf(int policy) => policy switch
    {
        0 => "now",
        1 => "end",
        2 => "live",
        _ => $"policy {policy}",
    };
}
