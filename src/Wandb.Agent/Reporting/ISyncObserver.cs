using Wandb.Agent.Http;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Reporting;

/// <summary>Is told what a sync does. Called from any thread, several at a time; must not throw or block.</summary>
internal interface ISyncObserver : IWaitObserver
{
    void Progress(RunProgress progress);

    /// <summary>A run file is there; nothing was done with it yet. Told again when its run record came.</summary>
    /// <param name="run">What the run will be called; null: the file has no whole run record yet.</param>
    /// <param name="kept">What the server has, as a checkpoint of an earlier agent says.</param>
    void Found(RunHead head, RunPath? run, RunFileCount kept)
    {
    }

    /// <summary>What is in a run file that is only looked at.</summary>
    /// <param name="run">What the run is called; null: the file has no whole run record yet.</param>
    void Observed(RunHead head, RunPath? run, RunFileCount count)
    {
    }

    /// <summary>What is told from here on, in this flow and those that it starts, is about this run; until the answer is disposed.</summary>
    IDisposable? BeginRun(RunPath run) => null;

    /// <summary>Whether <see cref="Facts"/> are listened to: making them costs a little at every request.</summary>
    bool WantsFacts => false;

    /// <summary>What is known of a run at this moment; only with <see cref="WantsFacts"/>.</summary>
    void Facts(RunFacts facts)
    {
    }

    /// <param name="bytes">A checkpoint on the disk holds everything of the run file before it.</param>
    void CheckpointKept(string file, long bytes)
    {
    }

    /// <summary>A checkpoint could not be written; a later one may be.</summary>
    /// <param name="problem">A few words.</param>
    void CheckpointFailed(string file, string problem)
    {
    }

    /// <summary>One line that a person should see while the sync goes on: damage that was found, a file that is gone.</summary>
    void Note(string file, string message);

    /// <summary>Something that the agent copes with and that a person may want to change.</summary>
    /// <param name="subject">One of a subject at a time.</param>
    /// <param name="words">One sentence; null when it is over, or never was.</param>
    void Hindered(string subject, string? words)
    {
    }

    /// <summary>A run file is done, in whatever way.</summary>
    void Finished(RunReport report);
}
