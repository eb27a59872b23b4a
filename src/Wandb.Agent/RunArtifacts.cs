using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Wandb.Agent.Artifacts;
using Wandb.Agent.Http;
using Wandb.Agent.Receipts;
using Wandb.Agent.Records;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.RunFiles;
using Wandb.Agent.State;

namespace Wandb.Agent;

/// <summary>
/// The artifacts of one run file, in the order of their records: later ones may refer to earlier ones. The state keeps only where the records stand;
/// each is read again when its turn has come.
/// </summary>
/// <param name="done">Those that an earlier agent has brought to the server.</param>
internal sealed class RunArtifacts(RunContext context, RunHead head, RunState state, IReadOnlyList<ReceiptArtifact> done) : IDisposable
{
    private readonly List<ReceiptArtifact> _done = [.. done];
    private readonly HashSet<long> _doneOffsets = [.. done.Select(artifact => artifact.Offset)];
    private readonly List<string> _problems = [];
    private readonly HeldContents _held = new(context.Options.Temporary);

    public IReadOnlyList<ReceiptArtifact> Done => _done;

    /// <summary>What is not on the server and why, one line each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Something failed that may work another time: the run must not be closed yet.</summary>
    public bool MustBeRetried => Unsent > 0;

    /// <summary>Those of <see cref="Problems"/> that another try may solve: nobody refused them, or not often enough.</summary>
    public int Unsent { get; private set; }

    /// <summary>Those of <see cref="Problems"/> that the server does not take, and that nobody tries again.</summary>
    public int Refused { get; private set; }

    /// <inheritdoc cref="RunUploads.IsHeldOpen"/>
    public bool IsHeldOpen { get; private set; }

    /// <summary>Keeps what a record names, before its trainer may remove it.</summary>
    /// <param name="payload">Of the last record that the state was given, of whatever kind.</param>
    /// <param name="offset">Where it begins in the run file.</param>
    public void Hold(ReadOnlySpan<byte> payload, long offset)
    {
        if (state.ArtifactOffsets is not [.., var last] || last != offset || !RecordEnvelope.TryParse(payload, out var envelope))
            return;
        try
        {
            if (ArtifactRecord.Parser.ParseFrom(envelope.Body).Manifest is { } manifest)
                _held.Hold(offset, manifest.Contents.Select(entry => entry.LocalPath));
        }
        catch (InvalidProtocolBufferException)
        {
            // Told when its turn has come.
        }
    }

    /// <summary>The first one that is not on the server.</summary>
    /// <returns>Null when there is none, or when its record cannot be read.</returns>
    public PendingArtifact? Next(RunPath run) => Pending().Select(offset => Read(offset, run)).FirstOrDefault();

    /// <summary>Uploads those that are not on the server yet.</summary>
    public async Task UploadAsync(RunPath run, Action<string> progress, CancellationToken ct)
    {
        foreach (var offset in Pending().ToList())
        {
            if (Read(offset, run) is not { } artifact)
            {
                _problems.Add(string.Create(CultureInfo.InvariantCulture, $"the artifact record at byte {offset} cannot be read"));
                continue;
            }
            progress($"artifact {artifact.Name}");
            var outcome = await context.Artifacts.UploadAsync(artifact.Plan, ct);
            if (!NoteIfThere(artifact, outcome))
                NoteProblem($"artifact {artifact.Type}/{artifact.Name}", outcome);
        }
    }

    /// <returns>Whether the server has all of it.</returns>
    public bool NoteIfThere(PendingArtifact artifact, ArtifactOutcome outcome)
    {
        (string Id, int Files, long Bytes, string Answer)? there = outcome switch
        {
            ArtifactOutcome.Committed committed => (committed.Id, committed.Files, committed.Bytes, "committed"),
            ArtifactOutcome.AlreadyThere already => (already.Id, 0, 0, "already there"),
            ArtifactOutcome.NotFinal notFinal => (notFinal.Id, notFinal.Files, notFinal.Bytes, "left for another writer to commit"),
            _ => null,
        };
        if (there is not { } stored)
            return false;
        _held.Release(artifact.Offset);
        _doneOffsets.Add(artifact.Offset);
        _done.Add(new ReceiptArtifact(
            artifact.Offset, artifact.Type, artifact.Name, artifact.Digest, stored.Id, stored.Files, stored.Bytes, stored.Answer));
        return true;
    }

    public void Dispose() => _held.Dispose();

    private void NoteProblem(string name, ArtifactOutcome outcome)
    {
        switch (outcome)
        {
            case ArtifactOutcome.Incomplete incomplete:
                _problems.Add($"{name} is incomplete: {string.Join(", ", incomplete.Problems.Take(5))}");
                break;
            case ArtifactOutcome.Refused refused:
                _problems.Add($"{name} was refused at {refused.Step}: {refused.Cause.Words}");
                if (context.Options.HoldsOpen)
                    (IsHeldOpen, Unsent) = (true, Unsent + 1);
                else
                    Refused++;
                break;
            case ArtifactOutcome.GaveUp gaveUp:
                _problems.Add($"{name} could not be sent: {gaveUp.Step}: {gaveUp.Cause.Words}");
                Unsent++;
                break;
            default:
                throw new UnreachableException();
        }
    }

    private IEnumerable<long> Pending() => state.ArtifactOffsets.Where(offset => !_doneOffsets.Contains(offset));

    private ArtifactPlan Held(long offset, ArtifactPlan plan) => plan with
    {
        Entries =
        [
            .. plan.Entries.Select(entry => entry.LocalPaths.Select(path => _held.PathOf(offset, path)).FirstOrDefault(path => path is not null) is { } held
                ? entry with { LocalPaths = [.. entry.LocalPaths, held] }
                : entry),
        ],
    };

    private PendingArtifact? Read(long offset, RunPath run)
    {
        using var reader = RunFileReader.Open(head.Path, offset);
        var result = reader.Next();
        if (result.Kind != RecordReadKind.Record || !RecordEnvelope.TryParse(result.Payload, out var envelope) || envelope.Kind != RecordKind.Artifact)
            return null;
        try
        {
            var record = ArtifactRecord.Parser.ParseFrom(envelope.Body);
            var folders = TrainerFolders.From(state.Environment.Program, state.Environment.CodePathLocal, state.Environment.Root, TrainerFolders.RootOf(head.Path));
            return new PendingArtifact(offset, record.Type, record.Name, record.Digest, Held(offset, ArtifactPlan.For(record, run, folders)));
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
