using Google.Protobuf;
using Wandb.Agent.Records;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.Uploads;

namespace Wandb.Agent.State;

/// <summary>
/// Everything that the records of one run file say about the run, except the lines of history and system metrics: those are sent as they come.
/// A function of the records that were applied, in their order; a snapshot at any record and the rest of the records give the same state.
/// </summary>
internal sealed class RunState
{
    /// <summary>Key of the config under which the pod's facts stand.</summary>
    public const string KubernetesKey = "kubernetes";

    private const uint RunConfigTag = 4 << 3 | ProtoReader.BytesType;
    private const uint RunSummaryTag = 5 << 3 | ProtoReader.BytesType;

    private readonly RunOverrides _overrides;

    public RunState(RunOverrides overrides)
    {
        _overrides = overrides;
        Identity = new RunIdentity(overrides);
        Summary = new SummaryState(Paths);
    }

    private RunState(RunStateSnapshot snapshot, RunOverrides overrides)
    {
        _overrides = overrides;
        Identity = RunIdentity.FromSnapshot(snapshot.Identity, overrides);
        Config = ConfigTree.FromSnapshot(snapshot.Config);
        Telemetry = TelemetryFields.FromSnapshot(snapshot.Telemetry);
        Metrics = MetricDefinitions.FromSnapshot(snapshot.Metrics);
        Environment = EnvironmentDocument.FromSnapshot(snapshot.Environment);
        Summary = new SummaryState(Paths);
        Summary.Restore(snapshot.Summary);
        Console = snapshot.Console is { } console ? ConsoleScreen.FromSnapshot(console) : null;
        Files = new FilePlan(backslashSeparates: false, snapshot.Files);
        ArtifactOffsets = [.. snapshot.ArtifactOffsets];
        Exit = snapshot.Exit;
        HasConsole = snapshot.HasConsole;
        HasRun = true;
        RefusedPaths = [.. snapshot.RefusedPaths];
    }

    public ItemPathTable Paths { get; } = new();

    public RunIdentity Identity { get; }

    public ConfigTree Config { get; private set; } = new();

    public TelemetryFields Telemetry { get; } = new();

    public MetricDefinitions Metrics { get; } = new();

    public EnvironmentDocument Environment { get; } = new();

    public SummaryState Summary { get; }

    /// <summary>Environments of the parts before this one that were read just now, as JSON by their writer's id: what the server told is older.</summary>
    public List<KeyValuePair<string, string>> EarlierWriters { get; } = [];

    /// <summary>What the agent adds, as things stand now.</summary>
    public AddedToRun Added => _overrides.Added();

    /// <summary>Whether a run record was applied. In a file whose first one is damaged that is a later one, if there is any.</summary>
    public bool HasRun { get; private set; }

    /// <summary>Null until it is known when the run began.</summary>
    public ConsoleScreen? Console { get; private set; }

    /// <summary>Whether the run wrote to its console at all.</summary>
    public bool HasConsole { get; private set; }

    public FilePlan Files { get; private set; } = new(backslashSeparates: false, []);

    /// <summary>Where the artifact records stand in the file: they are read again when their turn comes, because a manifest can be large.</summary>
    public List<long> ArtifactOffsets { get; } = [];

    /// <summary>Paths of file records that lead out of the run's folder, with the reason; they are never uploaded.</summary>
    public List<string> RefusedPaths { get; } = [];

    /// <summary>Null while the file holds no exit record.</summary>
    public RunExit? Exit { get; private set; }

    public DateTimeOffset Start => Identity.StartTime ?? DateTimeOffset.UnixEpoch;

    /// <summary>
    /// Takes from a run record that comes later whose run this is, and when it began: where the first one is damaged, rows and console lines stand before
    /// the next one.
    /// </summary>
    public void Begin(RunRecord run)
    {
        Identity.Apply(run);
        Console ??= new ConsoleScreen(Start);
    }

    /// <summary>Continues the config and the summary of an earlier part of the run, as a resumed online run does.</summary>
    public void ContinueFrom(RunState earlier)
    {
        Config = ConfigTree.FromSnapshot(earlier.Config.ToSnapshot());
        Summary.Restore(earlier.Summary.Leaves());
        EarlierWriters.AddRange(earlier.EarlierWriters);
        if (earlier.Environment.WriterId.Length > 0)
            EarlierWriters.Add(new(earlier.Environment.WriterId, earlier.Environment.ToJson()));
    }

    /// <summary>Continues what the server has of earlier parts that are not at hand. Text that is no JSON is left out.</summary>
    /// <param name="config">As UpsertBucket takes it: <c>{"key":{"value":…}}</c>.</param>
    public void ContinueFrom(string? config, string? summary)
    {
        // The other part was in another pod: its key is made anew.
        foreach (var (key, member) in ServerConfig.Members(config).Where(member => member.Key is not "_wandb" && !IsOfThisPod(member.Key)))
        {
            if (ServerConfig.Member(member, "value") is { } value)
                Config.Values.Merge(new LabelPathBuffer().Of(key), System.Text.Encoding.UTF8.GetBytes(value));
        }
        Summary.Restore(ServerConfig.Members(summary).Select(leaf => new SummaryLeaf([leaf.Key], leaf.Value)));
    }

    /// <summary>Notes in summary and tags how the writer ended that left no exit record.</summary>
    /// <param name="code">Null: only the reason is known.</param>
    public void EndWithout(int? code, string reason, string? tag)
    {
        Identity.EndTag = tag;
        SummaryLeaf why = new(["kubernetes/exit_reason"], $"\"{System.Text.Json.JsonEncodedText.Encode(reason)}\"");
        Summary.Restore(code is { } number
            ? [new(["kubernetes/exit_code"], number.ToString(System.Globalization.CultureInfo.InvariantCulture)), why]
            : [why]);
    }

    /// <summary>Applies any record but those of history and stats.</summary>
    /// <param name="offset">Where the record begins in the file.</param>
    /// <returns>False when its content cannot be read; what could be read of it is applied.</returns>
    public bool Apply(in RecordEnvelope record, long offset)
    {
        try
        {
            return ApplyKind(record, offset);
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private bool IsOfThisPod(string key) => key == KubernetesKey && Added.Config.Any(added => added.Key == key);

    public RunStateSnapshot ToSnapshot() => new()
    {
        Identity = Identity.ToSnapshot(),
        Config = Config.ToSnapshot(),
        Telemetry = Telemetry.ToSnapshot(),
        Metrics = Metrics.ToSnapshot(),
        Environment = Environment.ToSnapshot(),
        Summary = Summary.Snapshot(),
        Console = Console?.ToSnapshot(),
        HasConsole = HasConsole,
        Files = [.. Files.Files],
        ArtifactOffsets = [.. ArtifactOffsets],
        RefusedPaths = [.. RefusedPaths],
        Exit = Exit,
    };

    public static RunState FromSnapshot(RunStateSnapshot snapshot, RunOverrides overrides) => new(snapshot, overrides);

    private bool ApplyKind(in RecordEnvelope record, long offset)
    {
        switch (record.Kind)
        {
            case RecordKind.Summary:
                return Summary.Apply(record.Body, offset);
            case RecordKind.OutputRaw:
            case RecordKind.Output:
                return ApplyOutput(record);
            case RecordKind.OutputLogger:
                Write(OutputLoggerRecord.Parser.ParseFrom(record.Body).Line);
                return true;
            case RecordKind.Run:
                return ApplyRun(RunRecord.Parser.ParseFrom(record.Body), record.Body);
            case RecordKind.Config:
                return Config.Apply(record.Body);
            case RecordKind.Telemetry:
                Telemetry.Apply(TelemetryRecord.Parser.ParseFrom(record.Body));
                return true;
            case RecordKind.Metric:
                Metrics.Apply(MetricRecord.Parser.ParseFrom(record.Body));
                return true;
            case RecordKind.Environment:
                var environment = EnvironmentRecord.Parser.ParseFrom(record.Body);
                Environment.Apply(environment);
                Identity.Apply(environment);
                return true;
            case RecordKind.Files:
                ApplyFiles(FilesRecord.Parser.ParseFrom(record.Body));
                return true;
            case RecordKind.Artifact:
                ArtifactOffsets.Add(offset);
                return true;
            case RecordKind.Exit:
                var exit = RunExitRecord.Parser.ParseFrom(record.Body);
                Exit ??= new RunExit(exit.ExitCode, exit.Runtime, exit.NotComplete);
                return true;
            default:
                return true;
        }
    }

    private bool ApplyRun(RunRecord run, ReadOnlySpan<byte> body)
    {
        Begin(run);
        HasRun = true;
        if (run.Telemetry is { } telemetry)
            Telemetry.Apply(telemetry);
        var valid = true;
        var reader = new ProtoReader(body);
        while (reader.TryReadTag(out var tag))
        {
            if (tag is not (RunConfigTag or RunSummaryTag))
            {
                if (!reader.TrySkip(tag))
                    return false;
            }
            else if (!reader.TryReadBytes(out var part))
            {
                return false;
            }
            else
            {
                valid &= tag == RunConfigTag ? Config.Apply(part) : Summary.Apply(part);
            }
        }
        return valid;
    }

    private bool ApplyOutput(in RecordEnvelope record)
    {
        if (!OutputText.TryRead(record.Body, out var output))
            return false;
        HasConsole = true;
        if (record.Kind == RecordKind.OutputRaw)
            Console?.Write(output.IsStderr, output.Text, output.Timestamp);
        else
            Console?.AppendLines(output.IsStderr, output.Text, output.Timestamp);
        return true;
    }

    private void Write(string line)
    {
        HasConsole = true;
        Console?.AppendLines(isError: false, System.Text.Encoding.UTF8.GetBytes(line), time: null);
    }

    private void ApplyFiles(FilesRecord files)
    {
        foreach (var file in files.Files)
        {
            var policy = Enum.IsDefined((UploadPolicy)file.Policy) ? (UploadPolicy)file.Policy : UploadPolicy.End;
            if (Files.Add(file.Path, policy) is { } problem)
                RefusedPaths.Add($"{file.Path}: {problem}");
        }
    }
}

/// <summary>How the run ended, from its exit record.</summary>
/// <param name="Code">The exit code.</param>
/// <param name="RuntimeSeconds">Run time in whole seconds.</param>
/// <param name="NotComplete">The run goes on elsewhere: it must not be closed.</param>
internal sealed record RunExit(int Code, int RuntimeSeconds, bool NotComplete);

/// <summary>A <see cref="RunState"/> at rest.</summary>
internal sealed record RunStateSnapshot
{
    public required RunIdentitySnapshot Identity { get; init; }

    public required ConfigTreeSnapshot Config { get; init; }

    public required TelemetrySnapshot Telemetry { get; init; }

    public required MetricDefinitionsSnapshot Metrics { get; init; }

    public required EnvironmentSnapshot Environment { get; init; }

    public required List<SummaryLeaf> Summary { get; init; }

    public required ConsoleScreenSnapshot? Console { get; init; }

    public required bool HasConsole { get; init; }

    public required List<PlannedFile> Files { get; init; }

    public required List<long> ArtifactOffsets { get; init; }

    public required List<string> RefusedPaths { get; init; }

    public required RunExit? Exit { get; init; }
}
