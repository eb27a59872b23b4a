namespace Wandb.Agent.Http;

/// <summary>Is told of every wait, so that progress can say why nothing moves. Called from any thread; must not throw or block.</summary>
internal interface IWaitObserver
{
    /// <param name="what">What waits, for example "UpsertBucket" or "file stream of entity/project/run".</param>
    /// <param name="reason">Why, in a few words, without the key.</param>
    /// <param name="attempt">Tries made so far; 0 if the wait only keeps the server's rate limit.</param>
    void Waiting(string what, string reason, TimeSpan delay, int attempt);

    /// <summary>A try has come to its end.</summary>
    void Tried(RequestTry attempt)
    {
    }
}
