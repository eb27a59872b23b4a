using Wandb.Agent.Http;

namespace Wandb.Agent.Reporting;

/// <summary>Is told what a sync does. Called from any thread, several at a time; must not throw or block.</summary>
internal interface ISyncObserver : IWaitObserver
{
    void Progress(RunProgress progress);

    /// <summary>Whether <see cref="Facts"/> are listened to: making them costs a little at every request.</summary>
    bool WantsFacts => false;

    /// <summary>What is known of a run at this moment; only with <see cref="WantsFacts"/>.</summary>
    void Facts(RunFacts facts)
    {
    }

    /// <summary>One line that a person should see while the sync goes on: damage that was found, a file that is gone.</summary>
    void Note(string file, string message);

    /// <summary>A run file is done, in whatever way.</summary>
    void Finished(RunReport report);
}
