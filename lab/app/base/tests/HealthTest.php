<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;

final class HealthTest extends TestCase
{
    public function testTheReleaseIsNamed(): void
    {
        self::assertMatchesRegularExpression('/^v\d/', App\Release::VERSION);
    }
}
